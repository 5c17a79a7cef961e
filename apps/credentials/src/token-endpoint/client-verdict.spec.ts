import { describe, expect, it } from '@jest/globals';
import { answerOf, targetAt } from '../../../../test/support/oauth-target.js';
import { clientVerdict } from './client-verdict.js';

const target = targetAt('https://as.example.com');
const refusal = { error: 'invalid_client' };

describe('What an answer says about the client', () => {
  it.each([400, 401])('D130 is a refusal with invalid_client in a %i', (status) => {
    expect(clientVerdict(target, answerOf(refusal, { status }))).toBe('refused');
  });

  it('D130 is a refusal by the provider’s own name for it, too', () => {
    const own = targetAt('https://as.example.com', { answer: { errors: { wrong_key: 'invalid_client' } } });
    expect(clientVerdict(own, answerOf({ error: 'wrong_key' }, { status: 400 }))).toBe('refused');
  });

  it.each([
    ['another error', answerOf({ error: 'unauthorized_client' }, { status: 400 })],
    ['a grant that is refused', answerOf({ error: 'invalid_grant' }, { status: 400 })],
    ['a server that fails', answerOf(refusal, { status: 500 })],
    ['an error inside of a 200', answerOf(refusal, { status: 200 })],
    ['a page', answerOf('<p>invalid_client</p>', { status: 401 })],
    ['nothing', answerOf('', { status: 401 })],
    ['a refresh token beside the error', answerOf({ ...refusal, refresh_token: 'may-be-the-next' }, { status: 400 })],
  ])('D130 is nothing at all with %s', (_what, answer) => {
    expect(clientVerdict(target, answer)).toBe('unsaid');
  });

  it('is that it was taken, with a token', () => {
    expect(clientVerdict(target, answerOf({ access_token: 'at-1', token_type: 'Bearer' }))).toBe('accepted');
  });
});
