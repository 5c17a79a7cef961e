import { describe, expect, it } from '@jest/globals';
import { answeredMasking, maskedBody, maskedHeaders, toldUrl } from './trace-masks.js';

const SECRETS = answeredMasking(['s3cret', 'rt-canary']);
const NONE = answeredMasking([]);

describe('what a trace tells', () => {
  it('are the names of a form, and the values that OAuth knows to be no secrets', () => {
    const form = 'grant_type=refresh_token&refresh_token=rt-canary&client_id=abc&client_secret=s3cret&x=y';
    expect(maskedBody(form, 'application/x-www-form-urlencoded', SECRETS)).toBe(
      'grant_type=refresh_token&refresh_token=***&client_id=abc&client_secret=***&x=***',
    );
  });

  it('is the form of an answer, without what it gave', () => {
    const answer = {
      access_token: 'at',
      expires_in: 3600,
      scope: 'a b',
      authed_user: { id: 'U1', tokens: ['x'] },
      ok: true,
    };
    expect(JSON.parse(maskedBody(JSON.stringify(answer), 'application/json', NONE) ?? '')).toEqual({
      access_token: '***',
      expires_in: 3600,
      scope: 'a b',
      authed_user: { id: '***', tokens: ['***'] },
      ok: true,
    });
  });

  it('are a provider’s words, without what is long enough to be a token', () => {
    const refusal = {
      error: 'invalid_grant',
      error_description: 'Token abcdefghijklmnopqrstuvwxyz0123456789 for s3cret is dead',
    };
    const told = maskedBody(JSON.stringify(refusal), 'application/json', SECRETS)!;
    expect(told).toContain('Token *** for *** is dead');
    const page = '<html><head><style>x{}</style><script>s3cret</script></head><body><h1>Oops</h1> s3cret</body></html>';
    expect(maskedBody(page, 'text/html', SECRETS)).toBe('Oops ***');
    expect(maskedBody('\u0001\u0002', 'application/octet-stream', NONE)).toBe(
      '2 characters that are neither JSON nor a form',
    );
    expect(maskedBody('', 'text/html', NONE)).toBeNull();
  });

  it('are a provider’s words without a piece of what it refuses, wherever they stand', () => {
    const key = 'sk_live_51H8xQvT2mZr4WkL9pYbN';
    const masking = answeredMasking([key]);
    const words = `Key ending in …${key.slice(-8)}, ${key.slice(0, 11)}… (${encodeURIComponent(key.slice(0, 20))}) is wrong`;
    const refusal = { error: { message: words, [key.slice(0, 20)]: 1 }, detail: [{ error_description: words }] };
    const told = 'Key ending in *** *** *** is wrong';
    expect(JSON.parse(maskedBody(JSON.stringify(refusal), 'application/json', masking)!)).toEqual({
      error: { message: told, '***': '***' },
      detail: [{ error_description: told }],
    });
    expect(maskedBody(`<p>${words}</p>`, 'text/html', masking)).toBe(told);
    expect(maskedBody(`error=${encodeURIComponent(words)}`, 'text/plain', masking)).toBe(`error=${told}`);
    expect(maskedHeaders({ 'www-authenticate': `Key realm="x", error="${key.slice(3, 15)}"` }, masking)).toEqual({
      'www-authenticate': 'Key realm="x", ***',
    });
    expect(maskedBody('{"error":"invalid_client"}', 'application/json', masking)).toBe('{"error":"invalid_client"}');
  });

  it('are headers by allow-list, a redirect’s address without its query', () => {
    const headers = {
      'content-type': 'text/html',
      authorization: 'Basic x',
      'x-odd': 'y',
      location: 'https://a.example/b?code=c',
    };
    expect(maskedHeaders(headers, NONE)).toEqual({
      'content-type': 'text/html',
      authorization: '***',
      'x-odd': '***',
      location: 'https://a.example/b',
    });
  });

  it('is an address with what is asked for in the open, and neither state nor code', () => {
    const url = new URL(
      'https://as.example/authorize?client_id=c&redirect_uri=https%3A%2F%2Fus.example%2Fcallback%2Fa&state=x&code=y&scope=a%20b',
    );
    expect(toldUrl(url)).toBe(
      'https://as.example/authorize?client_id=c&redirect_uri=https://us.example/callback/a&state=***&code=***&scope=a b',
    );
  });
});
