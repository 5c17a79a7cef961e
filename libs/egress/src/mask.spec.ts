import { describe, expect, it } from '@jest/globals';
import { MASK, maskHeaders, maskText, maskUrl } from './mask.js';

const SECRET = 'a+b:/%é"z';

describe('mask', () => {
  it('hides a secret in every form in which a request carries it', () => {
    const forms = [
      SECRET,
      encodeURIComponent(SECRET),
      new URLSearchParams({ token: SECRET }).toString(),
      JSON.stringify({ token: SECRET }),
      `Basic ${Buffer.from(SECRET).toString('base64')}`,
    ];
    expect(forms.map((form) => maskText(form, [SECRET]))).toEqual([
      MASK,
      MASK,
      `token=${MASK}`,
      `{"token":"${MASK}"}`,
      expect.stringMatching(/^Basic \*\*\*=*$/),
    ]);
  });

  it.each(['abc>DEF?', '0._-Az>>>???', 'plain_0.9-Zz', '~tilde*star', 'ä', ' ', '"'])(
    'hides %j in all of them',
    (secret) => {
      const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
      const forms = [
        ...[secret, encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)],
        ...[JSON.stringify(secret).slice(1, -1), base64, base64.replaceAll('+', '-').replaceAll('/', '_')],
      ];
      expect(forms.map((form) => maskText(`<${form}>`, [secret]))).toEqual(forms.map(() => `<${MASK}>`));
    },
  );

  it('hides the longer secret first where one contains the other', () => {
    expect(maskText('abcdef abc', ['abc', 'abcdef'])).toBe(`${MASK} ${MASK}`);
  });

  it('leaves text alone where a secret is empty', () => {
    expect(maskText('abc', [''])).toBe('abc');
  });

  it('keeps of a URL where it goes and the names of what it asks', () => {
    expect(maskUrl('https://u:p@api.example.com:8443/v1/x?token=abc&a=1&a=2#frag')).toBe(
      `https://api.example.com:8443/v1/x?token=${MASK}&a=${MASK}`,
    );
  });

  it('hides a secret that a provider wants in the path', () => {
    expect(maskUrl('https://api.example.com/refresh-tokens/r%2F1', ['r/1'])).toBe(
      `https://api.example.com/refresh-tokens/${MASK}`,
    );
  });

  it('shows nothing of a URL that it can’t read', () => {
    expect(maskUrl('token=abc')).toBe(MASK);
  });

  it('hides headers that carry credentials, by their name or by what is in them', () => {
    const headers = {
      Authorization: 'Bearer abc',
      'X-Shopify-Access-Token': 'abc',
      Cookie: 'a=b',
      Accept: 'application/json',
      'X-Odd': 'abc',
    };
    expect(maskHeaders(headers, ['abc'])).toEqual({
      Authorization: MASK,
      'X-Shopify-Access-Token': MASK,
      Cookie: MASK,
      Accept: 'application/json',
      'X-Odd': MASK,
    });
  });
});
