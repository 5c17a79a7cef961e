import { describe, expect, it } from '@jest/globals';
import { drawSigningKey, Secret } from '@lockkeeper/sealing';
import { targetAt } from '../../../../test/support/oauth-target.js';
import { rehearse } from './rehearsal.js';

const AS = 'https://as.example';
const CANARY = 'canary-7f3a9c51e2d84b06a1c9';

describe('A dry run', () => {
  it('shows every request that a manifest leads to, in its order, and no secret of any', async () => {
    const { privateKey } = await drawSigningKey('ES256');
    const target = targetAt(
      AS,
      {
        issuer: AS,
        clientAuthentication: 'private_key_jwt',
        pushedAuthorization: { url: `${AS}/par` },
        authorize: { scopes: ['read'] },
        followUps: [{ request: { url: 'https://api.example/me' } }],
        revoke: {
          request: { url: `${AS}/revoke`, body: { encoding: 'form', parameters: { token: '{{ token }}' } } },
        },
        introspect: {
          request: {
            url: `${AS}/introspect`,
            body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
          },
        },
        use: { headers: { 'x-app': '{{ client_id }}' }, baseUrls: ['https://api.example'] },
        test: { request: { url: 'https://api.example/test' } },
      },
      { clientSecret: CANARY },
    );
    const steps = await rehearse({ ...target, clientKey: privateKey, assertionKey: new Secret(CANARY) }, ['read']);
    const shown = steps.map(({ step, request }) => {
      const body = Object.fromEntries(new URLSearchParams(request?.body ?? ''));
      return [step, `${request?.method} ${request?.url.split('?')[0]}`, body] as const;
    });
    const proof = {
      client_id: 'client-1',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: '***',
    };
    const redirect = { redirect_uri: target.redirectUri };
    expect(shown).toEqual([
      [
        'push',
        `POST ${AS}/par`,
        {
          ...proof,
          ...redirect,
          response_type: 'code',
          scope: 'read',
          state: '***',
          code_challenge: '***',
          code_challenge_method: 'S256',
        },
      ],
      ['authorize', `GET ${AS}/authorize`, {}],
      [
        'exchange',
        `POST ${AS}/token`,
        { ...proof, ...redirect, grant_type: 'authorization_code', code: '***', code_verifier: '***' },
      ],
      ['follow_up', 'GET https://api.example/me', {}],
      ['refresh', `POST ${AS}/token`, { ...proof, grant_type: 'refresh_token', refresh_token: '***' }],
      ['revoke', `POST ${AS}/revoke`, { ...proof, token: '***' }],
      ['revoke', `POST ${AS}/revoke`, { ...proof, token: '***' }],
      ['introspect', `POST ${AS}/introspect`, { ...proof, token: '***', token_type_hint: 'refresh_token' }],
      ['introspect', `POST ${AS}/introspect`, { ...proof, token: '***', token_type_hint: 'access_token' }],
      ['test', 'GET https://api.example/test', {}],
    ]);
    expect(steps[1]!.request!.url).toBe(`${AS}/authorize?client_id=client-1&request_uri=***`);
    expect(steps.at(-1)!.request!.headers).toMatchObject({ authorization: 'Bearer ***', 'x-app': 'client-1' });
    expect(JSON.stringify(steps)).not.toMatch(new RegExp(`${CANARY}|eyJ`));
  });
});
