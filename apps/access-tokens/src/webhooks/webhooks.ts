import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Principal, actorOf } from '@lockkeeper/access-control';
import { AuditLog } from '@lockkeeper/audit-chain';
import type { EventType } from '@lockkeeper/contracts';
import { KeyRing, Secret, type WebhookScheme, drawWebhookKey, webhookPublicKey } from '@lockkeeper/sealing';
import { DataSource, type EntityManager } from 'typeorm';
import { CONSUMER } from '../access/roles.js';
import { Consumers } from '../consumers/consumers.js';
import { ANY_API_SERVICE } from '../consumers/entitlements.js';
import { TooManyWebhooks, WebhookBeyondEntitlements, WebhookNotFound } from './webhooks.errors.js';

const MOST_WEBHOOKS = 20;

export interface Webhook {
  id: string;
  consumerId: string;
  /** Sealed: whoever knows it may post there. */
  url: string;
  host: string;
  description: string | null;
  /** Empty: all of them. */
  types: EventType[];
  /** Empty: all that the consumer is entitled to. */
  apiServices: string[];
  publicKey: string | null;
  previousSecretUntil: Date | null;
  status: 'enabled' | 'disabled';
  disabledBecause: string | null;
  disabledAt: Date | null;
  failingSince: Date | null;
  createdAt: Date;
  createdBy: string;
}

export interface WebhookWishes {
  url: string;
  description?: string | null | undefined;
  types?: EventType[] | undefined;
  apiServices?: string[] | undefined;
}

export interface WebhookChange extends Partial<WebhookWishes> {
  enabled?: boolean | undefined;
}

const COLUMNS = `id, consumer_id AS "consumerId", url, host, description, types, api_services AS "apiServices",
  public_key AS "publicKey", previous_secret_until AS "previousSecretUntil", status, disabled_because AS "disabledBecause",
  disabled_at AS "disabledAt", failing_since AS "failingSince", created_at AS "createdAt", created_by AS "createdBy"`;

/** Addresses that consumers are told events at. Each sees and changes its own; admins do all of it. */
@Injectable()
export class Webhooks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
    private readonly consumers: Consumers,
    private readonly audit: AuditLog,
  ) {}

  /** Not for subjects of an issuer: a webhook would outlive their tokens. @throws ConsumerNotFound, ConsumerOfIssuer, WebhookBeyondEntitlements, TooManyWebhooks */
  async create(
    consumerId: string,
    wishes: WebhookWishes & { scheme: WebhookScheme },
    by: Principal,
  ): Promise<{ webhook: Webhook; secret: Secret }> {
    const [id, secret] = [randomUUID(), drawWebhookKey(wishes.scheme)];
    const { url, description = null, types = [], apiServices = [] } = wishes;
    const webhook = await this.dataSource.transaction(async (manager) => {
      await this.consumers.lockOwn(manager, consumerId);
      await this.assertRoom(manager, consumerId);
      await this.assertEntitled(manager, consumerId, apiServices);
      await manager.query(
        `INSERT INTO webhooks (id, consumer_id, url, host, description, types, api_services, secret, public_key, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          ...[id, consumerId, this.keyRing.seal(url, webhookPlace(id, 'url')), new URL(url).host, description],
          ...[types, apiServices, this.keyRing.seal(secret, webhookPlace(id, 'secret'))],
          ...[webhookPublicKey(secret), actorOf(by)],
        ],
      );
      const made = await load(manager, id);
      await this.audit.append(deed('webhook.created', made), manager);
      return made;
    });
    return { webhook, secret };
  }

  /** A consumer's own; of whichever consumer for everybody else. Ordered by id. */
  list(caller: Principal, query: { consumer?: string | undefined; after?: string | undefined; limit: number }) {
    const consumerId = caller.role === CONSUMER ? caller.subjectId : (query.consumer ?? null);
    return this.dataSource.query<Webhook[]>(
      `SELECT ${COLUMNS} FROM webhooks WHERE ($1::uuid IS NULL OR consumer_id = $1) AND ($2::uuid IS NULL OR id > $2)
       ORDER BY id LIMIT $3`,
      [consumerId, query.after ?? null, query.limit],
    );
  }

  /** @throws WebhookNotFound, also where it is somebody else's */
  async get(id: string, caller: Principal, manager: EntityManager = this.dataSource.manager): Promise<Webhook> {
    const webhook = await load(manager, id);
    if (caller.role === CONSUMER && webhook.consumerId !== caller.subjectId) throw new WebhookNotFound(id);
    return webhook;
  }

  urlOf({ id, url }: Pick<Webhook, 'id' | 'url'>): Secret {
    return this.keyRing.open(url, webhookPlace(id, 'url'));
  }

  /** What is left out stays. Enabled again, it is told what still waits for it. @throws WebhookNotFound, WebhookBeyondEntitlements */
  async amend(id: string, change: WebhookChange, caller: Principal): Promise<Webhook> {
    return this.dataSource.transaction(async (manager) => {
      const webhook = await this.lock(manager, id, caller);
      if (change.apiServices) await this.assertEntitled(manager, webhook.consumerId, change.apiServices);
      const {
        url,
        description = webhook.description,
        types = webhook.types,
        apiServices = webhook.apiServices,
      } = change;
      await manager.query(
        `UPDATE webhooks SET url = $2, host = $3, description = $4, types = $5, api_services = $6, updated_at = now() WHERE id = $1`,
        [
          ...[id, url === undefined ? webhook.url : this.keyRing.seal(url, webhookPlace(id, 'url'))],
          ...[url === undefined ? webhook.host : new URL(url).host, description, types, apiServices],
        ],
      );
      if (change.enabled !== undefined) await this.switch(manager, webhook, change.enabled);
      const amended = await load(manager, id);
      await this.audit.append(deed('webhook.amended', amended, { changed: Object.keys(change) }), manager);
      return amended;
    });
  }

  /** What was queued for it goes with it. @throws WebhookNotFound */
  async remove(id: string, caller: Principal): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const webhook = await this.lock(manager, id, caller);
      await manager.query('DELETE FROM webhooks WHERE id = $1', [id]);
      await this.audit.append(deed('webhook.removed', webhook), manager);
    });
  }

  /** A new key; the one before signs beside it for a while, so that the receiver can change without a gap. @throws WebhookNotFound */
  async changeSecret(
    id: string,
    { scheme, overlapSeconds }: { scheme?: WebhookScheme | undefined; overlapSeconds: number },
    caller: Principal,
  ): Promise<{ webhook: Webhook; secret: Secret }> {
    return this.dataSource.transaction(async (manager) => {
      const { publicKey, ...webhook } = await this.lock(manager, id, caller);
      const secret = drawWebhookKey(scheme ?? (publicKey === null ? 'hmac-sha256' : 'ed25519'));
      const [held] = await manager.query<{ secret: string }[]>('SELECT secret FROM webhooks WHERE id = $1', [id]);
      const previous = this.keyRing.open(held!.secret, webhookPlace(id, 'secret'));
      await manager.query(
        `UPDATE webhooks SET secret = $2, public_key = $3, previous_secret = $4,
           previous_secret_until = now() + make_interval(secs => $5), updated_at = now() WHERE id = $1`,
        [
          ...[id, this.keyRing.seal(secret, webhookPlace(id, 'secret')), webhookPublicKey(secret)],
          ...[this.keyRing.seal(previous, webhookPlace(id, 'previous_secret')), overlapSeconds],
        ],
      );
      await this.audit.append(deed('webhook.secret_changed', { ...webhook, publicKey }, { overlapSeconds }), manager);
      return { webhook: await load(manager, id), secret };
    });
  }

  private async lock(manager: EntityManager, id: string, caller: Principal): Promise<Webhook> {
    await manager.query('SELECT FROM webhooks WHERE id = $1 FOR UPDATE', [id]);
    return this.get(id, caller, manager);
  }

  private async switch(manager: EntityManager, { id, status }: Webhook, enabled: boolean): Promise<void> {
    if (enabled === (status === 'enabled')) return;
    if (!enabled) return disable(manager, id, 'Somebody switched it off.');
    await manager.query(
      `UPDATE webhooks SET status = 'enabled', disabled_because = NULL, disabled_at = NULL, failing_since = NULL WHERE id = $1`,
      [id],
    );
  }

  private async assertRoom(manager: EntityManager, consumerId: string): Promise<void> {
    const rows = await manager.query<unknown[]>('SELECT FROM webhooks WHERE consumer_id = $1', [consumerId]);
    if (rows.length >= MOST_WEBHOOKS) throw new TooManyWebhooks(MOST_WEBHOOKS);
  }

  private async assertEntitled(manager: EntityManager, consumerId: string, apiServices: string[]): Promise<void> {
    const { entitlements } = await this.consumers.get(consumerId, manager);
    const covered = new Set(entitlements.map(({ apiService }) => apiService));
    const beyond = covered.has(ANY_API_SERVICE) ? [] : apiServices.filter((apiService) => !covered.has(apiService));
    if (beyond.length > 0) throw new WebhookBeyondEntitlements(beyond);
  }
}

/** Each sealed column of a webhook has a place of its own. */
export const webhookPlace = (id: string, column: 'url' | 'secret' | 'previous_secret') => ({
  table: 'webhooks',
  id,
  column,
});

/** It is told nothing more until somebody enables it; what waits for it waits on, as long as it would have been tried. */
export async function disable(manager: EntityManager, id: string, because: string): Promise<void> {
  await manager.query(
    `UPDATE webhooks SET status = 'disabled', disabled_because = $2, disabled_at = now() WHERE id = $1 AND status = 'enabled'`,
    [id, because],
  );
}

async function load(manager: EntityManager, id: string): Promise<Webhook> {
  const [row] = await manager.query<Webhook[]>(`SELECT ${COLUMNS} FROM webhooks WHERE id = $1`, [id]);
  if (!row) throw new WebhookNotFound(id);
  return row;
}

const deed = (action: string, { id, consumerId, host }: Webhook, details: Record<string, unknown> = {}) => ({
  action,
  objectType: 'webhook',
  objectId: id,
  details: { consumerId, host, ...details },
});
