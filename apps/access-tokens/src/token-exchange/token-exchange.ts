import { Injectable } from '@nestjs/common';
import type { Principal } from '@lockkeeper/access-control';
import { DataSource } from 'typeorm';
import { ANY_LIVING_TOKEN } from '../access-tokens/freshness.js';
import { type HandedToken, TokenReader } from '../access-tokens/token-reader.js';
import type { Wanted } from '../consumers/entitled-connections.js';
import { Exposures } from '../exposures/exposures.js';
import { ConnectionUnknown } from '../consumers/consumers.errors.js';
import { BaseUrls } from '../proxy/base-urls.js';
import { UrlRefused } from '../proxy/proxy.errors.js';
import type { ExchangeRequest } from './exchange-request.js';
import { ExchangeRefused } from './token-exchange.errors.js';

interface Candidate extends Wanted {
  baseUrls: string[];
}

const CANDIDATE = `api_service AS "apiService", user_id AS "user", token_use->'baseUrls' AS "baseUrls"`;
/** Nobody has connections to more API services; it bounds what a name that many have can cost. */
const MOST_CANDIDATES = 200;

/** RFC 8693, with a connection's name as the subject token: a consumer's standard way to what GET /v1/tokens hands out. */
@Injectable()
export class TokenExchange {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reader: TokenReader,
    private readonly exposures: Exposures,
  ) {}

  /** @throws ExchangeRefused, and the errors of TokenReader */
  async exchange(client: Principal, request: ExchangeRequest): Promise<HandedToken> {
    const wanted = { ...(await this.wanted(request)), token: request.token };
    const token = await this.reader.read(client, wanted, ANY_LIVING_TOKEN);
    checkScope(request.scopes, token.connection.scope);
    await this.exposures.expose(token.connection, client.subjectId!);
    return token;
  }

  private async wanted(request: ExchangeRequest): Promise<Wanted> {
    const { subject, audiences, resources } = request;
    if ('user' in subject && resources.length === 0) {
      if (audiences.length !== 1) throw ambiguous(audiences.length);
      return { apiService: audiences[0]!, user: subject.user };
    }
    const fitting = (await this.candidates(subject)).filter((candidate) => fits(candidate, request));
    if (fitting.length === 0) throw new ConnectionUnknown();
    if (new Set(fitting.map(({ apiService }) => apiService)).size > 1) throw ambiguous(fitting.length);
    return fitting[0]!;
  }

  /** What the reader then checks: finding a name here tells nothing to who may not use it. */
  private candidates(subject: ExchangeRequest['subject']): Promise<Candidate[]> {
    return 'connectionId' in subject
      ? this.dataSource.query(`SELECT ${CANDIDATE} FROM connections WHERE id = $1`, [subject.connectionId])
      : this.dataSource.query(
          `SELECT ${CANDIDATE} FROM connections WHERE user_id = $1 AND status <> 'revoked' LIMIT ${MOST_CANDIDATES}`,
          [subject.user],
        );
  }
}

/** Every target that is named has to be the one API service whose token it is. */
function fits({ apiService, baseUrls }: Candidate, { audiences, resources }: ExchangeRequest): boolean {
  const urls = new BaseUrls(baseUrls);
  return (
    audiences.every((audience) => audience === apiService) && resources.every((resource) => admits(urls, resource))
  );
}

function admits(urls: BaseUrls, resource: string): boolean {
  try {
    urls.admit(resource);
    return true;
  } catch (error) {
    if (error instanceof UrlRefused) return false;
    throw error;
  }
}

function checkScope(wanted: string[], granted: string | null): void {
  const has = new Set((granted ?? '').split(' '));
  const missing = wanted.filter((scope) => !has.has(scope));
  if (missing.length === 0) return;
  throw new ExchangeRefused('invalid_scope', `The user has not granted: ${missing.join(' ').slice(0, 200)}.`);
}

const ambiguous = (found: number): ExchangeRefused =>
  new ExchangeRefused(
    'invalid_target',
    found === 0
      ? 'Name the API service: its slug as `audience`, or a URL of its API as `resource`.'
      : 'One token is for one API service: name exactly one as `audience`.',
  );
