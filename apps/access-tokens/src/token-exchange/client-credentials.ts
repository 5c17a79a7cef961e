import { Injectable } from '@nestjs/common';
import { Admission, BearerRefused, Bearers, type Principal, RefusedKeys, bearerOf } from '@lockkeeper/access-control';
import type { RequestContext } from '@lockkeeper/observability';
import { CONSUMER } from '../access/roles.js';
import { type Form, single } from './exchange-request.js';
import { ExchangeRefused } from './token-exchange.errors.js';

interface Presented {
  /** The consumer's id; undefined where the key, or the token, alone was presented. */
  clientId?: string | undefined;
  /** A key, or a token of the organisation's issuer. */
  proof: string;
}

/** RFC 7523 section 2.2. */
export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const BASIC = /^Basic +([A-Za-z0-9+/]+=*)$/i;

/**
 * Which consumer it is, by any of an OAuth client's ways (RFC 6749 section 2.3.1, RFC 6750 section 2.1, RFC 7523 section 2.2): `client_id` is
 * the consumer's id, `client_secret` one of its keys, in the Basic header or in the body; or the key as a bearer token. A token of the
 * organisation's issuer is a bearer token, or a `client_assertion`; its subject may be the `client_id`.
 */
@Injectable()
export class ClientCredentials {
  constructor(
    private readonly bearers: Bearers,
    private readonly refused: RefusedKeys,
    private readonly admission: Admission,
  ) {}

  /** As AccessGuard does it. @throws TooManyRequests, TooManyRefusedKeys, ExchangeRefused `invalid_client`; `invalid_request` if there is more than one way at once */
  async authenticated(
    { sourceAddress }: RequestContext,
    authorization: string | undefined,
    form: Form,
  ): Promise<Principal> {
    const { proof, clientId } = presented(authorization, form);
    if (!this.bearers.recall(proof)) await this.refused.assertOver(sourceAddress);
    const principal = await this.recognise(proof);
    const known = principal.role === CONSUMER && principal.subjectId !== null;
    if (!known || !isNamed(principal, clientId)) throw unknownClient();
    await this.admission.admit(principal, sourceAddress);
    return principal;
  }

  private async recognise(proof: string): Promise<Principal> {
    try {
      const principal = await this.bearers.recognise(proof);
      if (principal !== null) return principal;
    } catch (error) {
      if (!(error instanceof BearerRefused)) throw error;
      await this.refused.note(proof, error);
      throw new ExchangeRefused('invalid_client', error.detail, error);
    }
    await this.refused.note(proof);
    throw unknownClient();
  }
}

const isNamed = ({ subjectId, bearer }: Principal, clientId: string | undefined): boolean =>
  clientId === undefined || clientId === subjectId || clientId === bearer?.subject;

function presented(authorization: string | undefined, form: Form): Presented {
  const clientId = single(form, 'client_id');
  const inBody = [single(form, 'client_secret'), assertion(form)].filter((proof) => proof !== undefined);
  const bearer = bearerOf(authorization);
  const inHeader =
    authorization === undefined ? [] : [bearer === undefined ? fromBasic(authorization) : { clientId, proof: bearer }];
  const ways = [...inHeader, ...inBody.map((proof) => ({ clientId, proof }))];
  if (ways.length === 0) throw unknownClient();
  if (ways.length > 1) throw new ExchangeRefused('invalid_request', ONE_WAY);
  return ways[0]!;
}

const ONE_WAY = 'The client is to authenticate in one way: by a header, by a secret in the body, or by an assertion.';

/** RFC 7521 section 4.2: type and assertion belong together. */
function assertion(form: Form): string | undefined {
  const [type, told] = [single(form, 'client_assertion_type'), single(form, 'client_assertion')];
  if (type === undefined && told === undefined) return undefined;
  if (type !== JWT_BEARER || told?.split('.').length !== 3) {
    throw new ExchangeRefused('invalid_request', `client_assertion must be a JWT, its type ${JWT_BEARER}.`);
  }
  return told;
}

function fromBasic(authorization: string): Presented {
  const encoded = BASIC.exec(authorization)?.[1];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  if (id === undefined || secret === undefined) throw unknownClient();
  try {
    return { clientId: formDecoded(id), proof: formDecoded(secret) };
  } catch {
    throw unknownClient(); // a percent sign that escapes nothing
  }
}

/** RFC 6749 section 2.3.1: both are form-encoded before they are put together. */
const formDecoded = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

const unknownClient = (): ExchangeRefused =>
  new ExchangeRefused(
    'invalid_client',
    'Authenticate with the consumer’s id and one of its keys, with the key alone, or with an access token of the organisation’s issuer.',
  );
