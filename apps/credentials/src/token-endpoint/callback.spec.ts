import { describe, expect, it } from '@jest/globals';
import { targetAt } from '../../../../test/support/oauth-target.js';
import type { TargetParts } from '../../../../test/support/oauth-target.js';
import { readCallback } from './callback.js';
import { TokenFault } from './token-fault.js';

const ISSUER = 'https://as.example';
const read = (query: string, parts: TargetParts = {}) =>
  readCallback(targetAt(ISSUER, parts), new URLSearchParams(query));

function refusedCallback(query: string, parts: TargetParts = {}): TokenFault {
  try {
    read(query, parts);
  } catch (error) {
    expect(error).toBeInstanceOf(TokenFault);
    return error as TokenFault;
  }
  throw new Error('the callback was accepted');
}

const required: TargetParts = { issuer: ISSUER, authorize: { iss: 'required' } };
const compared: TargetParts = { issuer: ISSUER };
const refused: TargetParts = { authorize: { iss: 'refused' } };

describe('A callback', () => {
  it('gives its code, as a secret, and what else came along', () => {
    const callback = read('code=c-1&state=s&realmId=42&session_state=x');
    expect(callback.code.reveal()).toBe('c-1');
    expect(JSON.stringify(callback)).not.toContain('c-1');
    expect(callback.parameters).toEqual({ realmId: '42' });
  });

  it('D009 is good with parameters that nobody knows', () => {
    expect(read('code=c-1&state=s&foo=bar&foo=baz').code.reveal()).toBe('c-1');
  });

  it('gives its code from where the manifest says', () => {
    const parts = { authorize: { codeParameter: 'spapi_oauth_code' } };
    expect(read('spapi_oauth_code=c-1&state=s', parts)).toMatchObject({ parameters: {} });
    expect(refusedCallback('code=c-1&state=s', parts).code).toBe('callback_without_code');
  });

  it.each([
    'code=a&code=b&state=s',
    'code=a&state=s&state=s',
    'error=a&error=b&state=s',
    'response=jwt&state=s',
    'code=a&id_token=x&state=s',
  ])(
    'D057 is refused where it is ambiguous, or of another flow, with issuers of its own (JARM, id_token): %s',
    (query) => {
      expect(refusedCallback(query)).toMatchObject({ code: 'callback_malformed', reachedProvider: false });
    },
  );

  it('is refused without a code', () => {
    expect(refusedCallback('state=s')).toMatchObject({ code: 'callback_without_code', owner: 'provider' });
    expect(refusedCallback('code=&state=s')).toMatchObject({ code: 'callback_without_code' });
  });
});

describe('The issuer in a callback (RFC 9207)', () => {
  it.each([
    'https://as.example/',
    'https://AS.example',
    'https://as.example:443',
    'http://as.example',
    'https://evil.example',
    '',
  ])('D051, D052 is compared as it is written, and a mismatch ends the flow: %s', (iss) => {
    const query = new URLSearchParams({ code: 'c', state: 's', iss }).toString();
    expect(refusedCallback(query, required)).toMatchObject({ code: 'issuer_mismatch' });
  });

  it('D051 is form-decoded before it is compared', () => {
    expect(read('code=c&state=s&iss=https%3A%2F%2Fas.example', required).code.reveal()).toBe('c');
  });

  it('D053 is looked at before an error is believed: another server’s error is not this one’s', () => {
    const fault = refusedCallback('error=unauthorized_client&state=s&iss=https%3A%2F%2Fevil.example', compared);
    expect(fault).toMatchObject({ code: 'issuer_mismatch', oauthError: null });
  });

  it('D053 proves nothing about an error’s origin: no error in a callback blames the client', () => {
    for (const error of ['invalid_client', 'unauthorized_client', 'invalid_grant', 'nonsense']) {
      expect(refusedCallback(`error=${error}&state=s`).owner).not.toBe('client');
    }
  });

  it('D054 has to be there, where the server announces it', () => {
    expect(refusedCallback('code=c&state=s', required)).toMatchObject({ code: 'issuer_mismatch' });
    expect(refusedCallback('error=access_denied&state=s', required)).toMatchObject({ code: 'issuer_mismatch' });
  });

  it('D055 is left to local policy where it is not announced: compared with a known issuer, ignored without one, refused on demand', () => {
    expect(read('code=c&state=s', compared).code.reveal()).toBe('c');
    expect(read('code=c&state=s&iss=https%3A%2F%2Fas.example', compared).code.reveal()).toBe('c');
    expect(refusedCallback('code=c&state=s&iss=https%3A%2F%2Fevil.example', compared)).toMatchObject({
      code: 'issuer_mismatch',
    });
    expect(read('code=c&state=s&iss=https%3A%2F%2Fanything.example').code.reveal()).toBe('c');
    expect(refusedCallback('code=c&state=s&iss=https%3A%2F%2Fanything.example', refused)).toMatchObject({
      code: 'issuer_mismatch',
    });
    expect(read('code=c&state=s', refused).code.reveal()).toBe('c');
  });
});

describe('An error in a callback', () => {
  it.each([
    ['access_denied', 'grant', 'The consent was refused'],
    ['invalid_scope', 'configuration', 'The provider does not understand what it is asked'],
    ['unauthorized_client', 'configuration', 'The provider does not accept our client'],
    ['temporarily_unavailable', 'provider', 'The provider is not available at the moment'],
    ['made_up_here', 'provider', 'The provider refused for a reason of its own'],
  ])('is explained: %s', (error, owner, title) => {
    const fault = refusedCallback(`error=${error}&state=s`);
    expect(fault).toMatchObject({ owner, title, oauthError: error, code: 'authorization_refused' });
    expect(fault.hint!.length).toBeGreaterThan(20);
  });

  it('D016 is shown inert: printable, short, and nothing that could be a secret', () => {
    const description = `<script>alert(1)</script>\u0000\r\n${'x'.repeat(60)} ${'word '.repeat(200)}`;
    const fault = refusedCallback(
      new URLSearchParams({ error: 'access_denied', error_description: description, state: 's' }).toString(),
    );
    expect(fault.detail).not.toMatch(/[\u0000-\u001f]|x{24}/);
    expect(fault.detail.length).toBeLessThan(400);
  });
});
