import type { Authenticator } from '@nats-io/transport-node';
import { keyPairOf } from './nkey-pair.js';

const JWT = /-----BEGIN NATS USER JWT-----\s+(\S+)/;
const SEED = /-----BEGIN USER NKEY SEED-----\s+(\S+)/;

/**
 * What logs a NATS user in, as the client's own `credsAuthenticator` does; but it signs natively, see `keyPairOf`.
 *
 * @param creds the content of a `.creds` file
 */
export function credsAuthenticator(creds: string): Authenticator {
  const [jwt, seed] = [JWT.exec(creds)?.[1], SEED.exec(creds)?.[1]];
  if (!jwt || !seed) throw new Error('A .creds file holds a JWT and an nkey seed; this one lacks one of them.');
  const pair = keyPairOf(seed);
  return (nonce) => ({
    jwt,
    nkey: pair.getPublicKey(),
    sig: nonce ? Buffer.from(pair.sign(new TextEncoder().encode(nonce))).toString('base64url') : '',
  });
}
