export const CLIENT = { id: 'client-id-0001', secret: 'client-secret-0001' } as const;
export const CODE = 'code-0001';
export const VERIFIER = 'verifier-0001';
export const DEVICE_CODE = 'device-code-0001';
export const HELD = { accessToken: 'at-held-0001', refreshToken: 'rt-held-0001' } as const;
export const redirectUri = (slug: string): string => `https://lockkeeper.example/callback/${slug}`;

/** A request as the vendor's documentation has it. */
export interface DocumentedRequest {
  method: string;
  url: string;
  authorization?: string;
  headers?: Record<string, string>;
  /** The parameters of its body, whether form or JSON; none for an empty one. A signed assertion stands as ASSERTION. */
  body?: Record<string, unknown>;
}

/** A JWT that was signed with one of our keys: what it has to say is documented apart. */
export const ASSERTION = 'a JWT';

/** The authorization request as the vendor's pages have it, and what its answer brings besides code and state. */
export interface DocumentedConsent {
  url: string;
  /** Those that the standard doesn't have, or not with this value; null for one of the standard's that the vendor doesn't take. */
  parameters?: Record<string, string | null>;
  /** The vendor's own way to say that the user refused; by default the standard's. */
  refused?: Record<string, string>;
}

/** A token that no user takes part in. */
export interface DocumentedIssue {
  request: DocumentedRequest;
  /** The claims of the JWT that is sent, without those that differ each time; with private_key_jwt, of the client's. */
  assertion?: Record<string, unknown>;
  answer: DocumentedAnswer;
  understood: Understood;
  followUps?: { request: DocumentedRequest; answer: DocumentedAnswer }[];
}

/** RFC 8628 as the vendor speaks it. */
export interface DocumentedDevice {
  request: DocumentedRequest;
  answer: DocumentedAnswer;
  shown: { userCode: string; verificationUri: string; intervalSeconds: number };
  poll: DocumentedRequest;
  /** Not yet; and, in this order, the vendor's ways to say it. */
  waiting: DocumentedAnswer[];
  /** Answers that end it, by what they mean. */
  ends: Partial<Record<'access_denied' | 'expired_token', DocumentedAnswer>>;
  token: DocumentedAnswer;
  understood: Understood;
}

export interface DocumentedAnswer {
  status?: number;
  body: object | string;
}

/** What has to be understood of an answer; what isn't named isn't looked at. */
export interface Understood {
  accessToken: string;
  refreshToken?: string | null;
  expiresInSeconds?: number | null;
  refreshTokenExpiresInSeconds?: number | null;
  scope?: string | null;
  captured?: Record<string, unknown>;
  namedTokens?: Record<string, string>;
}

/** What a vendor documents of its requests and answers, written by hand from its pages, values made up. */
export interface Fixture {
  slug: string;
  params?: Record<string, string>;
  /** What is asked for where no user takes part, or by a device. */
  scopes?: string[];
  callback?: Record<string, string>;
  /** What the connection has captured already, for refresh and revocation. */
  captured?: Record<string, string>;
  exchange?: {
    request: DocumentedRequest;
    answers: DocumentedAnswer[];
    understood: Understood;
    followUps?: DocumentedRequest[];
  };
  issue?: DocumentedIssue;
  device?: DocumentedDevice;
  refresh?: { request: DocumentedRequest; answer: DocumentedAnswer; understood: Understood };
  refusal: { answer: DocumentedAnswer; owner: 'grant' | 'client' | 'provider' | 'configuration' };
  revoke?: { requests: DocumentedRequest[]; answer: DocumentedAnswer };
}

export const basic = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
export const post = { client_id: CLIENT.id, client_secret: CLIENT.secret } as const;

/** RFC 6749 section 4.1.3 with RFC 7636 section 4.5: what nearly every vendor documents. */
export const codeGrant = (slug: string): Record<string, unknown> => ({
  grant_type: 'authorization_code',
  code: CODE,
  redirect_uri: redirectUri(slug),
  code_verifier: VERIFIER,
});

/** RFC 6749 section 6. */
export const refreshGrant: Record<string, unknown> = { grant_type: 'refresh_token', refresh_token: HELD.refreshToken };

/** RFC 6749 section 4.4.2. */
export const clientGrant: Record<string, unknown> = { grant_type: 'client_credentials' };

/** RFC 8628 section 3.4. */
export const deviceGrant: Record<string, unknown> = {
  grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
  device_code: DEVICE_CODE,
};

/** RFC 7523 section 2.1. */
export const jwtGrant: Record<string, unknown> = {
  grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  assertion: ASSERTION,
};

/** A vendor that does as the standard says at one address: by `basic`, or by `post`. */
export function standard(slug: string, url: string, by: 'basic' | 'post') {
  const sent = by === 'basic' ? { authorization: basic } : {};
  const own = by === 'post' ? post : {};
  return {
    exchange: { method: 'POST', url, ...sent, body: { ...codeGrant(slug), ...own } },
    refresh: { method: 'POST', url, ...sent, body: { ...refreshGrant, ...own } },
  };
}
