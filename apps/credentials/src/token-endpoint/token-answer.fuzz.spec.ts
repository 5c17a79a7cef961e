import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Secret } from '@lockkeeper/sealing';
import { answerOf, targetAt } from '../../../../test/support/oauth-target.js';
import type { TargetParts } from '../../../../test/support/oauth-target.js';
import { readAnswer } from './token-answer.js';
import { TokenFault } from './token-fault.js';

/** What must be in no fault, wherever the provider wrote it. */
const CANARY = 'canary-7f3a9c51e2d84b06a1c9';

const MEMBERS = [
  'access_token',
  'refresh_token',
  'token_type',
  'expires_in',
  'refresh_token_expires_in',
  'scope',
  'error',
  'error_description',
  'id_token',
  'data',
  '__proto__',
  'constructor',
];

const word = fc.oneof(
  fc.constant(CANARY),
  fc.constantFrom('Bearer', 'mac', 'invalid_grant', 'invalid_client', 'PT1H', '1 hour', 'NaN', '-1', '1e999'),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const value = fc.oneof(word, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 3 }));
const members = fc.dictionary(fc.oneof(fc.constantFrom(...MEMBERS), fc.string({ maxLength: 8 })), value, {
  maxKeys: 8,
});
const hasCanary = members.map((body) => ({ access_token: CANARY, refresh_token: CANARY, ...body }));

const asXml = (body: Record<string, unknown>): string =>
  `<answer>${Object.entries(body)
    .map(([name, each]) => `<${name}>${String(each)}</${name}>`)
    .join('')}</answer>`;
const asForm = (body: Record<string, unknown>): string =>
  Object.entries(body)
    .map((member) => member.map((each) => encodeURIComponent(Buffer.from(String(each)).toString())).join('='))
    .join('&');
const text = fc.oneof(
  hasCanary.map((body) => JSON.stringify(body)),
  hasCanary.map(asXml),
  hasCanary.map(asForm),
  fc.string({ unit: 'binary', maxLength: 400 }).map((noise) => `${noise}${CANARY}`),
  fc.constantFrom('<', '<a', '{"a":', '&', '=', '<!DOCTYPE a [<!ENTITY b "c">]>').map((start) => start.repeat(3000)),
);

const manifests: TargetParts[] = [
  {},
  { answer: { encoding: 'form' } },
  { answer: { encoding: 'xml', accessToken: '/answer/access_token', tokenTypeWhenAbsent: 'Bearer' } },
  { answer: { expires: { as: 'duration' }, shows: [{ at: '/error', absent: true }] } },
  { answer: { expires: { at: '/data', as: 'iso8601' }, namedTokens: { user: { accessToken: '/data/access_token' } } } },
];

describe('Whatever a token endpoint answers', () => {
  it('is a grant or a fault, and no fault tells a secret', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          text,
          parts: fc.constantFrom(...manifests),
          status: fc.constantFrom(200, 201, 204, 302, 400, 401, 403, 429, 500),
          step: fc.constantFrom('exchange' as const, 'refresh' as const),
        }),
        async ({ text: body, parts, status, step }) => {
          const target = targetAt('https://as.example', parts, { clientSecret: CANARY });
          const outcome = await readAnswer(target, answerOf(body, { status, step }), { previous: living }).catch(
            (error: unknown) => error,
          );
          if (outcome instanceof TokenFault) expect(told(outcome)).not.toContain(CANARY);
          else expect(outcome).toMatchObject({ accessToken: expect.any(Secret), tokenType: expect.any(String) });
          expect(inspect(outcome, { depth: 2 })).not.toContain(`Secret('${CANARY}`);
        },
      ),
      { seed: 20261125, numRuns: 600 },
    );
  });
});

const living = {
  accessToken: new Secret(`${CANARY}-at`),
  tokenType: 'Bearer',
  refreshToken: new Secret(`${CANARY}-rt`),
  namedTokens: {},
  captured: {},
  scope: 'read',
};

/** Everything of a fault that a log, a timeline or an answer of ours may show. */
const told = (fault: TokenFault): string =>
  JSON.stringify([fault.message, fault.title, fault.detail, fault.hint, fault.code, fault.oauthError, fault.trace]);
