import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { DataSource } from 'typeorm';
import { Transitions } from '../connections/transitions.js';
import { AnswerMisdirected, type ConsentFailed, FlowUnknown } from './authorization.errors.js';
import { isTicket, ticketHash } from './ticket.js';

interface LostFlow {
  connectionId: string;
  redirectUri: string;
}

const LOST = `connection_id AS "connectionId", redirect_uri AS "redirectUri"`;
const AT_ONCE = 100;

/** Consents whose answer never came to where it belongs: almost always the redirect URI is registered wrongly, and nobody says so. */
@Injectable()
export class LostAnswers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transitions: Transitions,
  ) {}

  /** An answer on our home page is one whose redirect URI was registered without its path. The code goes no further. */
  attendTo(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      const { pathname, searchParams: query } = new URL(request.url, 'http://here');
      const state = query.get('state') ?? undefined;
      if (
        request.method !== 'GET' ||
        pathname !== '/' ||
        !isTicket(state) ||
        !(query.has('code') || query.has('error'))
      )
        return done();
      void reply.header('referrer-policy', 'no-referrer').header('cache-control', 'no-store');
      void reply.redirect(`/misdirected?state=${state}`, 303);
    });
  }

  /** Ends the flow, since its code was in the wrong place, and tells. @returns what to show, always an error */
  async misdirected(state: string | undefined): Promise<ConsentFailed> {
    if (!isTicket(state)) return new FlowUnknown();
    const [[flow]] = await this.dataSource.query<[LostFlow[], number]>(
      `UPDATE authorization_flows SET consumed_at = now(), code_verifier = NULL, dpop_key = NULL, told_at = now()
       WHERE state_hash = $1 AND consumed_at IS NULL AND expires_at > now() RETURNING ${LOST}`,
      [ticketHash(state)],
    );
    if (!flow) return new FlowUnknown();
    const fault = new AnswerMisdirected(flow.redirectUri);
    await this.tell(flow, { event: 'authorization_misdirected', detail: fault.detail, hint: fault.hint! });
    return fault;
  }

  /** Of those that ran out without an answer, each once. */
  async tellUnanswered(): Promise<void> {
    const [flows] = await this.dataSource.query<[LostFlow[], number]>(
      `UPDATE authorization_flows SET told_at = now() WHERE id IN (
         SELECT id FROM authorization_flows
         WHERE consumed_at IS NULL AND told_at IS NULL AND expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING ${LOST}`,
      [AT_ONCE],
    );
    for (const flow of flows)
      await this.tell(flow, {
        event: 'authorization_unanswered',
        detail: 'The browser was sent to the provider, and never came back.',
        hint: `If its user saw an error of the provider, or landed on a home page after allowing: register exactly ${flow.redirectUri} as redirect URI of this client at the provider. If not, nobody finished: make a new link.`,
      });
  }

  private async tell(
    { connectionId }: LostFlow,
    words: { event: string; detail: string; hint: string },
  ): Promise<void> {
    await this.transitions.make(connectionId, () => ({ publish: null, ...words, outcome: 'failed' }));
  }
}
