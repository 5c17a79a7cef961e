import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { LockkeeperError } from './lockkeeper.error.js';
import { toProblem } from './problem.js';

class Locked extends LockkeeperError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'locked',
      title: 'Locked',
      detail: 'It is locked.',
      hint: 'Unlock it.',
      members: { since: 1 },
    });
  }
}

const coded = (code: string): Error => Object.assign(new Error('canary'), { code });

describe('toProblem', () => {
  it('tells our own errors with code, hint and request id (RFC 9457)', () => {
    expect(toProblem(new Locked(), 'r1')).toEqual({
      type: 'urn:lockkeeper:problem:locked',
      title: 'Locked',
      status: 409,
      detail: 'It is locked.',
      code: 'locked',
      hint: 'Unlock it.',
      requestId: 'r1',
      since: 1,
    });
  });

  it.each([new Error('canary'), 'canary', null, undefined, coded('23505'), coded('42P01')])(
    'says nothing of what was not thrown on purpose: %p',
    (error) => {
      const problem = toProblem(error, null);
      expect(problem).toMatchObject({ status: 500, code: 'internal_error' });
      expect(JSON.stringify(problem)).not.toContain('canary');
    },
  );

  it.each([coded('57P01'), coded('08006'), coded('ECONNREFUSED'), new Error('Connection terminated unexpectedly')])(
    'tells that the database is away, to come again: %p',
    (error) => {
      expect(toProblem(error, null)).toMatchObject({ status: 503, code: 'storage_unavailable' });
      expect(toProblem(Object.assign(new Error('query failed'), { driverError: error }), null).status).toBe(503);
    },
  );

  it('knows what the framework throws before any door is reached', () => {
    expect(toProblem(new NotFoundException('canary'), null)).toMatchObject({ status: 404, code: 'route_not_found' });
    expect(toProblem(Object.assign(new Error('canary'), { statusCode: 413 }), null)).toMatchObject({
      code: 'body_too_large',
    });
  });
});
