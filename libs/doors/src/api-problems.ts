import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Problem } from './problem.js';

/** Wherever a key opens, a token of the organisation's issuer may: and may be refused. */
const KEYED = '`key_required`';
const withBearers = (description: string): string => description.replace(KEYED, `${KEYED}, \`bearer_refused\``);

/** Documents what a door answers with when it can't do what was asked: by status, in words that name the codes. */
export const ApiProblems = (problems: Record<number, string>): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiExtraModels(Problem),
    ...Object.entries(problems).map(([status, description]) =>
      ApiResponse({
        status: Number(status),
        description: withBearers(description),
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } },
      }),
    ),
  );
