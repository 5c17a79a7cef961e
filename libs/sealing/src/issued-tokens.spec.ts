import { beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, type JWK, SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose';
import { IssuedTokens, type TokenFault, TokenUnfit, couldBeToken } from './issued-tokens.js';
import { type IssuerDocument, IssuerKeys, IssuerKeysUnheard } from './issuer-keys.js';

const ISSUER = 'https://id.example';
const AUDIENCE = 'https://lockkeeper.example';
const unheard = (error: unknown): void => {
  throw error;
};

interface KeyPair {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  jwk: JWK;
}

async function draw(kid: string, alg = 'ES256'): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

const good = { iss: ISSUER, aud: AUDIENCE, sub: 'invoices', client_id: 'invoices', scope: 'tokens:read' };
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

function signed(key: KeyPair, changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}) {
  const claims = { ...good, exp: inSeconds(60), iat: inSeconds(0), ...changes };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.privateKey);
}

describe('tokens of a foreign issuer', () => {
  let ours: KeyPair;
  let theirs: KeyPair;
  let rsa: KeyPair;
  let tokens: IssuedTokens;
  beforeAll(async () => {
    [ours, theirs, rsa] = await Promise.all([draw('k1'), draw('k1'), draw('rsa', 'RS256')]);
    const document = { issuer: ISSUER, keys: { keys: [ours.jwk, rsa.jwk] } };
    tokens = new IssuedTokens(new IssuerKeys(() => Promise.resolve(document), unheard), [AUDIENCE, 'lockkeeper']);
  });

  const faultOf = async (token: string): Promise<TokenFault | null> => {
    try {
      await tokens.check(token);
      return null;
    } catch (error) {
      if (error instanceof TokenUnfit) return error.fault;
      throw error;
    }
  };

  it('are taken with what RFC 9068 asks for, and with the types that older issuers write', async () => {
    expect(await tokens.check(await signed(ours))).toMatchObject(good);
    for (const typ of [undefined, 'JWT', 'application/at+jwt', 'AT+JWT'])
      expect([typ, await faultOf(await signed(ours, {}, { typ }))]).toEqual([typ, null]);
    expect(await faultOf(await signed(rsa))).toBeNull();
    expect(await faultOf(await signed(ours, { aud: ['https://elsewhere.example', 'lockkeeper'] }))).toBeNull();
    expect(await faultOf(await signed(ours, { exp: inSeconds(-5) }))).toBeNull();
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, TokenFault]>([
    ['of another issuer', { iss: 'https://id.example/' }, {}, 'issuer'],
    ['without an issuer', { iss: undefined }, {}, 'issuer'],
    ['for somebody else', { aud: 'https://elsewhere.example' }, {}, 'audience'],
    ['for nobody', { aud: undefined }, {}, 'audience'],
    ['that has run out', { exp: inSeconds(-30) }, {}, 'expired'],
    ['that never runs out', { exp: undefined }, {}, 'incomplete'],
    ['of tomorrow', { nbf: inSeconds(600) }, {}, 'not_yet'],
    ['of nobody', { sub: undefined }, {}, 'incomplete'],
    ['of an empty name', { sub: '' }, {}, 'incomplete'],
    ['that is an ID token by its claims', { nonce: 'n' }, { typ: 'JWT' }, 'kind'],
    ['that is an ID token by its hash', { at_hash: 'h' }, { typ: 'JWT' }, 'kind'],
    ['that Keycloak calls an ID token', { typ: 'ID' }, { typ: 'JWT' }, 'kind'],
    ['that Keycloak calls a refresh token', { typ: 'Refresh' }, { typ: 'JWT' }, 'kind'],
    ['that Cognito calls an ID token', { token_use: 'id' }, { typ: 'JWT' }, 'kind'],
    ['of another type', {}, { typ: 'logout+jwt' }, 'kind'],
    ['of another type still', {}, { typ: 'dpop+jwt' }, 'kind'],
    ['that is bound to a key', { cnf: { jkt: 'x' } }, {}, 'bound'],
    ['by a key that the issuer hasn’t', {}, { kid: 'k2' }, 'key'],
  ])('%s are refused', async (...[, claims, header, fault]) => {
    expect(await faultOf(await signed(ours, claims, header))).toBe(fault);
  });

  it('with another’s signature, with none, or with a shared secret are refused, whatever key they bring along', async () => {
    expect(await faultOf(await signed(theirs))).toBe('signature');
    expect(await faultOf(await signed(theirs, {}, { jwk: theirs.jwk, jku: 'https://id.example/jwks' }))).toBe(
      'signature',
    );
    const unsecured = new UnsecuredJWT({ ...good, exp: inSeconds(60) }).encode();
    expect(await faultOf(unsecured)).toBe('algorithm');
    // The public key as an HMAC secret: the classic confusion of algorithms.
    const secret = new TextEncoder().encode(JSON.stringify(rsa.jwk));
    const confused = await new SignJWT({ ...good, exp: inSeconds(60) })
      .setProtectedHeader({ alg: 'HS256', kid: 'rsa', typ: 'at+jwt' })
      .sign(secret);
    expect(await faultOf(confused)).toBe('algorithm');
    const [header, , signature] = (await signed(ours)).split('.');
    const altered = Buffer.from(JSON.stringify({ ...good, sub: 'root', exp: inSeconds(60) })).toString('base64url');
    expect(await faultOf(`${header}.${altered}.${signature}`)).toBe('signature');
    expect(await faultOf('a.b.c')).toBe('unreadable');
  });

  it('with a critical extension that we don’t know are refused (RFC 7515 section 4.1.11)', async () => {
    const token = await new SignJWT({ ...good, exp: inSeconds(60) })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', crit: ['b64'], b64: true })
      .sign(ours.privateKey);
    const [, payload, signature] = token.split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'k1', crit: ['x'], x: 1 })).toString('base64url');
    expect(await faultOf(`${header}.${payload}.${signature}`)).toBe('algorithm');
  });

  it('are told from keys by their form', async () => {
    expect(couldBeToken(await signed(ours))).toBe(true);
    for (const other of ['lkt_abc', 'a.b', 'a.b.c.d.e', `a.${'b'.repeat(8192)}.c`])
      expect(couldBeToken(other)).toBe(false);
  });
});

describe('an issuer’s keys', () => {
  const setUp = async (...sets: (IssuerDocument | Error)[]) => {
    const clock = { now: 1_000_000 };
    const asked = { times: 0, troubles: 0 };
    const load = (): Promise<IssuerDocument> => {
      const answer = sets[Math.min(asked.times, sets.length - 1)]!;
      asked.times += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    const keys = new IssuerKeys(
      load,
      () => (asked.troubles += 1),
      () => clock.now,
    );
    return { clock, asked, keys, tokens: new IssuedTokens(keys, [AUDIENCE]) };
  };
  const document = (...pairs: KeyPair[]): IssuerDocument => ({
    issuer: ISSUER,
    keys: { keys: pairs.map(({ jwk }) => jwk) },
  });

  it('are fetched once, however many tokens come, and again when they are five minutes old', async () => {
    const key = await draw('k1');
    const { tokens, asked, clock } = await setUp(document(key));
    const token = await signed(key);
    await Promise.all(Array.from({ length: 20 }, () => tokens.check(token)));
    expect(asked.times).toBe(1);
    clock.now += 300_001;
    await tokens.check(token);
    await tokens.check(token);
    expect(asked.times).toBe(2);
  });

  it('are fetched for a key that is new, and not again for keys that are none', async () => {
    const [old, fresh, none] = [await draw('k1'), await draw('k2'), await draw('k3')];
    const { tokens, asked, clock } = await setUp(document(old), document(old, fresh));
    await tokens.check(await signed(old));
    clock.now += 10_000;
    await tokens.check(await signed(fresh));
    expect(asked.times).toBe(2);
    for (let times = 0; times < 50; times += 1)
      await expect(tokens.check(await signed(none, {}, { kid: `kid-${times}` }))).rejects.toThrow('key');
    expect(asked.times).toBe(2);
  });

  it('go on while the issuer is away; where none were ever heard, nothing is said of any token', async () => {
    const key = await draw('k1');
    const { tokens, asked, clock } = await setUp(document(key), new Error('away'));
    await tokens.check(await signed(key));
    clock.now += 3_600_000;
    expect(await tokens.check(await signed(key))).toMatchObject({ sub: 'invoices' });
    expect(asked).toEqual({ times: 2, troubles: 1 });

    const never = await setUp(new Error('away'), document(key));
    await expect(never.tokens.check(await signed(key))).rejects.toThrow(IssuerKeysUnheard);
    await expect(never.tokens.check(await signed(key))).rejects.toThrow(IssuerKeysUnheard);
    expect(never.asked.times).toBe(1);
    never.clock.now += 10_000;
    expect(await never.tokens.check(await signed(key))).toMatchObject({ sub: 'invoices' });
  });

  it('that the issuer took back open nothing any more', async () => {
    const [old, fresh] = [await draw('k1'), await draw('k2')];
    const { tokens, clock } = await setUp(document(old), document(fresh));
    await tokens.check(await signed(old));
    clock.now += 300_001;
    await tokens.check(await signed(old)).catch(() => undefined); // by the older set, or the newer one already
    await expect(tokens.check(await signed(old))).rejects.toThrow('key');
  });

  it('of nobody else are looked for: a foreign issuer’s token costs no fetch', async () => {
    const key = await draw('k1');
    const { tokens, asked, clock } = await setUp(document(key));
    await tokens.check(await signed(key));
    clock.now += 60_000;
    await expect(tokens.check(await signed(key, { iss: 'https://evil.example' }, { kid: 'x' }))).rejects.toThrow(
      'issuer',
    );
    expect(asked.times).toBe(1);
  });
});
