import { describe, expect, it } from '@jest/globals';
import jwt from '@nats-io/jwt';
import { type JwtAuth, credsAuthenticator as theirs } from '@nats-io/transport-node';
import { credsAuthenticator } from './creds-authenticator.js';

describe('the login of a NATS user', () => {
  it('says what the client’s own says', async () => {
    const user = jwt.createUser();
    const token = await jwt.encodeUser('ada', user, jwt.createAccount(), {});
    const creds = jwt.fmtCreds(token, user);
    const ours = credsAuthenticator(new TextDecoder().decode(creds))('a nonce of the server');
    const { sig, ...expected } = theirs(creds)('a nonce of the server') as JwtAuth;
    expect(ours).toEqual({ ...expected, sig: Buffer.from(sig!, 'base64').toString('base64url') });
  });

  it('refuses what is no .creds file', () => {
    expect(() => credsAuthenticator('SUAI…')).toThrow('a JWT and an nkey seed');
  });
});
