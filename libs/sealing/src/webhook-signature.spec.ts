import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Secret } from './secret.js';
import { drawWebhookKey, signWebhook, webhookPublicKey } from './webhook-signature.js';

const published = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampSeconds: 1614265330, body: '{"test": 2432232314}' };

/** As a receiver would who has the public key alone. */
function isSignedBy(publicKey: string, signature: string, { id, timestampSeconds, body } = published): boolean {
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const content = Buffer.from(`${id}.${timestampSeconds}.${body}`);
  return verify(null, content, key, Buffer.from(signature.replace('v1a,', ''), 'base64'));
}

describe('signatures of Standard Webhooks 1.0', () => {
  it.each([
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    [
      'whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=',
      'v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==',
    ],
    [
      'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
      'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    ],
  ])('are those of the published test vector for %s', (key, signature) => {
    expect(signWebhook(new Secret(key), published)).toBe(signature);
  });

  it('have the published public half', () => {
    const pair = new Secret(
      'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
    );
    expect(webhookPublicKey(pair)).toBe('whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=');
    expect(webhookPublicKey(drawWebhookKey('hmac-sha256'))).toBeNull();
  });

  it('of a new secret are accepted by the standard’s own library, with any number of others beside them', () => {
    const [key, other] = [drawWebhookKey('hmac-sha256'), drawWebhookKey('hmac-sha256')];
    const message = { id: 'msg_1', timestampSeconds: Math.floor(Date.now() / 1000), body: '{"a":"ü"}' };
    const headers = {
      'webhook-id': message.id,
      'webhook-timestamp': String(message.timestampSeconds),
      'webhook-signature': `${signWebhook(other, message)} ${signWebhook(key, message)}`,
    };
    expect(new Webhook(key.reveal()).verify(message.body, headers)).toEqual({ a: 'ü' });
    expect(() => new Webhook(drawWebhookKey('hmac-sha256').reveal()).verify(message.body, headers)).toThrow();
  });

  it('of a new key pair are checked with its public half, and with no other', () => {
    const [key, other] = [drawWebhookKey('ed25519'), drawWebhookKey('ed25519')];
    const signature = signWebhook(key, published);
    expect(isSignedBy(webhookPublicKey(key)!, signature)).toBe(true);
    expect(isSignedBy(webhookPublicKey(other)!, signature)).toBe(false);
    expect(isSignedBy(webhookPublicKey(key)!, signature, { ...published, timestampSeconds: 1 })).toBe(false);
  });

  it.each(['whsk_c2hvcnQ=', 'sk_live_x', ''])('are not made with what is no key: %p', (text) => {
    expect(() => signWebhook(new Secret(text), published)).toThrow(
      expect.objectContaining({ code: 'webhook_key_invalid' }),
    );
  });
});
