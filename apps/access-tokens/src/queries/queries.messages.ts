import { Controller, UseFilters, UsePipes } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type ExposuresReply, QUERIES } from '@lockkeeper/contracts';
import { inputPipe } from '@lockkeeper/doors';
import { CommandServer, PassThroughRpcFilter } from '@lockkeeper/messaging';
import { ExposureFacts } from './exposure-facts.js';
import { ExposuresQueryInput } from './queries.dto.js';

/** What credentials may ask of this workspace. Nothing that could be used as a token leaves by this way. */
@Controller()
@UseFilters(new PassThroughRpcFilter())
@UsePipes(inputPipe())
export class QueriesMessages {
  constructor(private readonly facts: ExposureFacts) {}

  @MessagePattern<string>(QUERIES.exposures, CommandServer.ID)
  exposures(@Payload() query: ExposuresQueryInput): Promise<ExposuresReply> {
    return this.facts.page(query);
  }
}
