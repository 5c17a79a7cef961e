import { applyDecorators } from '@nestjs/common';
import type { TransformFnParams } from 'class-transformer';
import { ArrayMaxSize, IsArray, Matches } from 'class-validator';

/** RFC 6749 section 3.3, scope-token: any visible ASCII but the quotation mark and the backslash. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/;

/** `"a b"` and `["a", "b"]` are the same scopes. */
export const scopesFrom = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' ? value.split(' ').filter((scope) => scope !== '') : value;

export const IsScopes = (): PropertyDecorator =>
  applyDecorators(
    IsArray(),
    ArrayMaxSize(200),
    Matches(SCOPE_TOKEN, {
      each: true,
      message: 'each scope must be visible ASCII without spaces, quotation marks or backslashes',
    }),
  );
