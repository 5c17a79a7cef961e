import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '@lockkeeper/sealing';
import { targetAt } from '../../../../test/support/oauth-target.js';
import type { TargetParts } from '../../../../test/support/oauth-target.js';
import { readCallback } from './callback.js';
import { TokenFault } from './token-fault.js';

const CANARY = 'canary-7f3a9c51e2d84b06a1c9';
const ISSUER = 'https://as.example';

const names = fc.oneof(
  fc.constantFrom('code', 'state', 'iss', 'error', 'error_description', 'hmac', 'response', 'id_token', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const values = fc.oneof(
  fc.constantFrom(CANARY, ISSUER, '', 'access_denied', '<script>alert(1)</script>'),
  fc.string({ unit: 'binary', maxLength: 80 }),
);
const parameters = fc.array(fc.tuple(names, values), { maxLength: 10 });

const targets = (
  [
    {},
    { issuer: ISSUER },
    { issuer: ISSUER, authorize: { iss: 'required' } },
    { authorize: { iss: 'refused', codeParameter: 'auth_code', stateParameter: 'passthrough' } },
    { authorize: { proof: { parameter: 'hmac', equals: '{{ hmac_sha256(client_secret, callback_query) }}' } } },
  ] satisfies TargetParts[]
).map((parts) => targetAt(ISSUER, parts));

describe('Whatever a browser comes back with', () => {
  it('is a code or a fault, and no fault tells the code or shows markup', () => {
    fc.assert(
      fc.property(parameters, fc.constantFrom(...targets), (pairs, target) => {
        const query = new URLSearchParams([['code', CANARY], ['state', 's'], ...pairs]);
        try {
          const { code, parameters: further } = readCallback(target, query);
          expect(code).toBeInstanceOf(Secret);
          expect(Object.keys(further)).not.toContain('state');
        } catch (error) {
          expect(error).toBeInstanceOf(TokenFault);
          const { message, title, detail, hint, code, oauthError } = error as TokenFault;
          expect(JSON.stringify([message, title, detail, hint, code, oauthError])).not.toContain(CANARY);
        }
      }),
      { seed: 20261125, numRuns: 1500 },
    );
  });
});
