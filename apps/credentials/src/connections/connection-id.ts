import { Param, type PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { ConnectionNotFound } from './connection.errors.js';

/** What isn't a UUID names no connection. */
class KnownForm implements PipeTransform<string, string> {
  transform(id: string): string {
    if (!isUUID(id)) throw new ConnectionNotFound(id.slice(0, 64));
    return id;
  }
}

/** The `:id` of a connection's route. */
export const ConnectionId = (): ParameterDecorator => Param('id', KnownForm);
