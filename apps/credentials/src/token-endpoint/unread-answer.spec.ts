import { describe, expect, it } from '@jest/globals';
import { readManifest } from '@lockkeeper/manifests';
import { Secret } from '@lockkeeper/sealing';
import { mayHoldRefreshToken } from './unread-answer.js';

const { manifest } = readManifest({
  manifest: 1,
  authorize: { url: 'https://a.example/a' },
  token: { url: 'https://a.example/t' },
  answer: { refreshToken: '/renewal' },
});
const held = new Secret('the-one-we-hold');
const holds = (body: string): boolean =>
  mayHoldRefreshToken(
    manifest,
    { status: 200, headers: {}, body, receivedAt: '2026-01-01T00:00:00Z', trace: [] },
    held,
  );

describe('An answer that could not be read may hold a refresh token', () => {
  it.each([
    ['where the manifest looks for it', '{"renewal":"another-one"}'],
    ['under its usual name, beside an error', '{"error":"oops","refresh_token":"another-one"}'],
    ['deep inside', '{"data":[{"oauth":{"refreshToken":"another-one"}}]}'],
    ['as a form, where JSON was expected', 'oauth_refresh_token=another-one&x=1'],
  ])('%s', (_where, body) => {
    expect(holds(body)).toBe(true);
  });

  it.each([
    ['a page', '<html><p>refresh_token is a word here</p></html>'],
    ['nothing', ''],
    ['the token that we have already', '{"refresh_token":"the-one-we-hold"}'],
    ['a lifetime of one', '{"refresh_token_expires_in":"3600000000"}'],
    ['an access token alone', '{"accessToken":"something-new"}'],
    ['null', 'null'],
  ])('not if it is %s', (_what, body) => {
    expect(holds(body)).toBe(false);
  });

  it('however deep it is nested', () => {
    expect(holds(`${'{"a":'.repeat(5000)}{"refresh_token":"another-one"}${'}'.repeat(5000)}`)).toBe(true);
  });
});
