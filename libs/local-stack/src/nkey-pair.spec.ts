import { describe, expect, it } from '@jest/globals';
import jwt from '@nats-io/jwt';
import { keyPairOf } from './nkey-pair.js';

describe('an nkey pair', () => {
  it('has the library’s public key and signs as the library does', () => {
    for (const create of [jwt.createOperator, jwt.createAccount, jwt.createUser]) {
      const theirs = create();
      const ours = keyPairOf(new TextDecoder().decode(theirs.getSeed()));
      const message = new TextEncoder().encode('a claim');
      expect(ours.getPublicKey()).toBe(theirs.getPublicKey());
      expect(Buffer.from(ours.sign(message)).equals(Buffer.from(theirs.sign(message)))).toBe(true);
    }
  });
});
