import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { LockkeeperError } from './lockkeeper.error.js';

/** One wrong member of a request: where, and what is expected there. */
export interface InputFault {
  /** RFC 6901 JSON pointer into the body or the query. */
  pointer: string;
  message: string;
}

/** The caller's input is wrong; names every wrong member at once. */
export class InvalidInput extends LockkeeperError {
  constructor(faults: InputFault[]) {
    super({
      kind: 'invalid',
      code: 'input_invalid',
      title: 'The input is not valid',
      detail: faults.map(({ pointer, message }) => `${pointer || '/'}: ${message}`).join('; '),
      hint: 'Correct the members named in `errors` and send it again. Nothing was changed.',
      members: { errors: faults },
    });
  }
}

/** Unknown members are refused by name, not dropped: a misspelt option must not be silently ignored. */
export function inputPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new InvalidInput(errors.flatMap((error) => faultsOf(error, ''))),
  });
}

function faultsOf(error: ValidationError, parent: string): InputFault[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    message: rule === 'whitelistValidation' ? 'is not a member of this request' : message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, pointer))];
}
