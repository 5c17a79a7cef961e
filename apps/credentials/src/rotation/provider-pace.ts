import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiService } from '../api-services/api-service.entity.js';
import type { TokenFault } from '../token-endpoint/token-fault.js';
import { breakerPauseSeconds } from './backoff.js';
import { RecentRate } from './recent-rate.js';

/** So many failures of the provider in a row, whichever connection they met, and its API service rests. */
export const BREAKER_TROUBLES = 5;

/** From the first rest to the longest. */
const REST_LEVELS = 6;

const SAID_PER_SECOND = `(s.manifest->'refresh'->>'perSecond')::float8`;
/**
 * Of a row `s` of api_services: how many refreshes a second its provider allows, as far as that is known. What 429s taught grows by half
 * every minute, so that a limit of one bad hour is forgotten by itself.
 */
export const PER_SECOND = `least(${SAID_PER_SECOND},
  s.learnt_per_second * power(1.5, least(60, extract(epoch FROM now() - s.learnt_at)::float8 / 60)))`;

/** Slower than allowed: what leaves evenly need not arrive evenly. So a fifth of a second may lie between two ways without one too many arriving. */
const CAUTION = 1.2;
/** Who wakes up later than by half of that has lost its turn. */
const LATENESS = (CAUTION - 1) / 2;
const SLOWEST_PER_SECOND = 0.05;

/** How hard each provider is pressed: one pace and one breaker for each API service, shared by all replicas through the database. */
@Injectable()
export class ProviderPace {
  private readonly logger = new Logger('provider-pace');
  private readonly sent = new Map<string, RecentRate>();

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Waits for this request's turn, where the provider's rate is known.
   * @returns false if the turn would come after the given moment of `performance.now()`
   */
  async turn(apiService: ApiService, beforeMs: number): Promise<boolean> {
    const isLimited = apiService.manifest.refresh?.perSecond !== undefined || apiService.learntPerSecond !== null;
    if (isLimited && !(await this.waitForTurn(apiService.id, beforeMs))) return false;
    this.rate(apiService.id).count();
    return true;
  }

  /**
   * The provider, or the way to it, failed. What was under way when the breaker opened says the same thing again: only a try after a rest
   * makes the next rest longer, or else a second's failure of many at once would be minutes of rest.
   */
  async troubled({ id, slug }: ApiService, fault: TokenFault): Promise<void> {
    if (asksForLess(fault)) await this.slowDown({ id, slug });
    const rests = Array.from({ length: REST_LEVELS }, (_none, level) => breakerPauseSeconds(level, Math.random()));
    const [[row]] = await this.dataSource.query<[{ troubles: number }[], number]>(
      `UPDATE api_services SET troubles = troubles + 1,
         paused_until = CASE WHEN troubles + 1 < ${BREAKER_TROUBLES} THEN paused_until
           ELSE greatest(paused_until, now() + make_interval(secs => ($2::float8[])[least(troubles + 2 - ${BREAKER_TROUBLES}, ${REST_LEVELS})])) END
       WHERE id = $1 AND (troubles < ${BREAKER_TROUBLES} OR paused_until IS NULL OR paused_until <= now()) RETURNING troubles`,
      [id, rests],
    );
    if (row?.troubles === BREAKER_TROUBLES)
      this.logger.error({ event: 'api_service_rests', apiService: slug, seconds: rests[0] });
  }

  /** The provider dealt with a request as a provider should. */
  async fine({ id, slug, troubles }: ApiService): Promise<void> {
    if (troubles === 0) return;
    await this.dataSource.query(`UPDATE api_services SET troubles = 0 WHERE id = $1`, [id]);
    if (troubles >= BREAKER_TROUBLES) this.logger.log({ event: 'api_service_recovered', apiService: slug });
  }

  /**
   * Turns are given out evenly, to all replicas from one row. One that its owner overslept is lost, so that they never come in a bunch; one that
   * would come too late isn't taken at all, or else a queue that is too long would leave turns to nobody.
   */
  private async waitForTurn(id: string, beforeMs: number): Promise<boolean> {
    for (;;) {
      const askedAt = performance.now();
      const [[turn]] = await this.dataSource.query<[{ waitMs: number; apartMs: number }[], number]>(
        `WITH first AS (SELECT id, greatest(next_send_at, now()) AS free FROM api_services WHERE id = $1 FOR UPDATE)
         UPDATE api_services s SET next_send_at = CASE WHEN first.free > now() + make_interval(secs => $2) THEN s.next_send_at
           ELSE first.free + make_interval(secs => ${CAUTION} / ${PER_SECOND}) END
         FROM first WHERE s.id = first.id AND ${PER_SECOND} IS NOT NULL
         RETURNING (extract(epoch FROM first.free - now()) * 1000)::float8 AS "waitMs", (1000 / ${PER_SECOND})::float8 AS "apartMs"`,
        [id, Math.max(0, beforeMs - askedAt) / 1000],
      );
      if (!turn) return true;
      const at = askedAt + turn.waitMs;
      if (at > beforeMs) return false;
      await pause(Math.max(0, at - performance.now()));
      if (performance.now() - at <= LATENESS * Math.max(1000, turn.apartMs)) return true;
    }
  }

  /**
   * Half of what was too fast; the answers that were under way when it was learnt say the same thing again. Where the manifest says a rate, that is
   * how fast all replicas together were; else it is known of this one alone, and of what it has just begun with, less than it was.
   */
  private async slowDown({ id, slug }: Pick<ApiService, 'id' | 'slug'>): Promise<void> {
    const [rows] = await this.dataSource.query<[{ learnt: number }[], number]>(
      `UPDATE api_services s SET learnt_at = now(),
         learnt_per_second = greatest(${SLOWEST_PER_SECOND},
           CASE WHEN ${SAID_PER_SECOND} IS NULL THEN least(${PER_SECOND}, $2::float8) ELSE ${PER_SECOND} END / 2)
       WHERE s.id = $1 AND (s.learnt_at IS NULL OR s.learnt_at < now() - make_interval(secs => ${RecentRate.SECONDS}))
       RETURNING s.learnt_per_second AS learnt`,
      [id, this.rate(id).perSecond],
    );
    if (rows[0]) this.logger.warn({ event: 'provider_rate_learnt', apiService: slug, perSecond: rows[0].learnt });
  }

  private rate(id: string): RecentRate {
    const rate = this.sent.get(id) ?? new RecentRate();
    this.sent.set(id, rate);
    return rate;
  }
}

/** RFC 6585 section 4, and what RFC 8628 section 3.5 calls it. */
const asksForLess = ({ trace, oauthError }: TokenFault): boolean =>
  trace.at(-1)?.status === 429 || oauthError === 'slow_down';
