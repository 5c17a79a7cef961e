import { describe, expect, it } from '@jest/globals';
import {
  AccessRefused,
  LockkeeperProblem,
  ReauthorizationRequired,
  TokenNotReadable,
  TryAgainLater,
  problemFrom,
} from './errors.js';

describe('what Lockkeeper refuses', () => {
  it.each([
    [401, 'key_required', AccessRefused],
    [403, 'not_entitled', AccessRefused],
    [403, 'url_refused', LockkeeperProblem],
    [403, 'egress_refused', LockkeeperProblem],
    [404, 'connection_unknown', LockkeeperProblem],
    [409, 'reauthorization_required', ReauthorizationRequired],
    [409, 'revoked', ReauthorizationRequired],
    [409, 'token_bound', TokenNotReadable],
    [409, 'credential_not_readable', TokenNotReadable],
    [429, 'too_many_calls', TryAgainLater],
    [500, 'internal_error', LockkeeperProblem],
    [502, 'answer_too_large', LockkeeperProblem],
    [503, 'refresh_failing', TryAgainLater],
    [504, 'egress_timeout', LockkeeperProblem],
    // A gateway's page, while Lockkeeper is away behind it.
    [502, 'unexpected_answer', TryAgainLater],
    [404, 'unexpected_answer', LockkeeperProblem],
  ])('with %i %s is of the kind that says what to do', (status, code, kind) => {
    const error = problemFrom({ status, code, detail: 'Why.', hint: 'What to do.' }, '7');
    expect(error.constructor).toBe(kind);
    expect(error).toMatchObject({ status, code, retryAfterSeconds: 7, name: kind.name });
  });
});
