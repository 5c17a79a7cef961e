import { Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import type { NoticeChannel } from '@lockkeeper/contracts';
import { KeyRing, Secret, drawWebhookKey } from '@lockkeeper/sealing';
import { DataSource, type EntityManager } from 'typeorm';
import { ApiServices } from '../api-services/api-services.js';
import { USUAL_CHANNELS } from './notice-channels.js';
import { type NoticeTemplate, USUAL_TEMPLATE, checkTemplate } from './notice-template.js';

export interface NoticeWays {
  channels: readonly NoticeChannel[];
  webhookUrl: Secret | null;
  webhookSecret: Secret | null;
}

interface Row {
  channels: NoticeChannel[];
  webhookUrl: string | null;
  webhookSecret: string | null;
}

/** By which ways notices about an API service's connections go out, and in which words. */
@Injectable()
export class NoticeSettings {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keyRing: KeyRing,
    private readonly apiServices: ApiServices,
    private readonly audit: AuditLog,
  ) {}

  async waysOf(apiServiceId: string, manager: EntityManager = this.dataSource.manager): Promise<NoticeWays> {
    const [row] = await manager.query<Row[]>(
      `SELECT channels, webhook_url AS "webhookUrl", webhook_secret AS "webhookSecret" FROM notice_settings WHERE api_service_id = $1`,
      [apiServiceId],
    );
    const opened = (column: 'webhookUrl' | 'webhookSecret') =>
      row?.[column] ? this.keyRing.open(row[column], place(apiServiceId, column)) : null;
    return {
      channels: row?.channels ?? USUAL_CHANNELS,
      webhookUrl: opened('webhookUrl'),
      webhookSecret: opened('webhookSecret'),
    };
  }

  /** @throws ApiServiceNotFound */
  async waysOfSlug(slug: string): Promise<NoticeWays> {
    return this.waysOf((await this.apiServices.get(slug)).id);
  }

  /**
   * @param wishes.webhookUrl null: none any more
   * @param wishes.newSecret a new one, although there is one
   * @returns the secret, if one was drawn: it is shown this once @throws ApiServiceNotFound
   */
  async change(
    slug: string,
    wishes: {
      channels?: NoticeChannel[] | undefined;
      webhookUrl?: string | null | undefined;
      newSecret?: boolean | undefined;
    },
  ): Promise<{ ways: NoticeWays; drawn: Secret | null }> {
    return this.dataSource.transaction(async (manager) => {
      const { id } = await this.apiServices.lock(manager, slug);
      const before = await this.waysOf(id, manager);
      const url = wishes.webhookUrl === undefined ? before.webhookUrl : Secret.from(wishes.webhookUrl);
      const drawn =
        url !== null && (before.webhookSecret === null || wishes.newSecret) ? drawWebhookKey('hmac-sha256') : null;
      const secret = url === null ? null : (drawn ?? before.webhookSecret);
      await manager.query(
        `INSERT INTO notice_settings (api_service_id, channels, webhook_url, webhook_secret) VALUES ($1, $2, $3, $4)
         ON CONFLICT (api_service_id) DO UPDATE SET channels = excluded.channels, webhook_url = excluded.webhook_url,
           webhook_secret = excluded.webhook_secret, updated_at = now()`,
        [
          ...[id, wishes.channels ?? before.channels],
          ...[
            url && this.keyRing.seal(url, place(id, 'webhookUrl')),
            secret && this.keyRing.seal(secret, place(id, 'webhookSecret')),
          ],
        ],
      );
      const details = { changed: Object.keys(wishes) };
      await this.audit.append(
        { action: 'notices.settings_changed', objectType: 'api_service', objectId: slug, details },
        manager,
      );
      return { ways: await this.waysOf(id, manager), drawn };
    });
  }

  /** The API service's own, or else everybody's. */
  async templateOf(apiServiceId: string): Promise<NoticeTemplate> {
    const rows = await this.dataSource.query<NoticeTemplate[]>(
      `SELECT subject, body_text AS text, body_html AS html FROM notice_templates
       WHERE api_service_id = $1 OR api_service_id IS NULL ORDER BY api_service_id NULLS LAST LIMIT 1`,
      [apiServiceId],
    );
    return rows[0] ?? USUAL_TEMPLATE;
  }

  /** @param slug null: of all API services that have none of their own @throws ApiServiceNotFound */
  async template(slug: string | null): Promise<NoticeTemplate> {
    return this.templateOf(slug === null ? NOBODY : (await this.apiServices.get(slug)).id);
  }

  /** @throws ApiServiceNotFound, InvalidInput */
  async setTemplate(slug: string | null, template: NoticeTemplate): Promise<void> {
    checkTemplate(template);
    const id = slug === null ? null : (await this.apiServices.get(slug)).id;
    await this.dataSource.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO notice_templates (api_service_id, subject, body_text, body_html) VALUES ($1, $2, $3, $4)
         ON CONFLICT (api_service_id) DO UPDATE SET subject = excluded.subject, body_text = excluded.body_text,
           body_html = excluded.body_html, updated_at = now()`,
        [id, template.subject, template.text, template.html],
      );
      await this.record(manager, 'notices.template_set', slug);
    });
  }

  /** What is left is everybody's, or the one that comes with the product. @throws ApiServiceNotFound */
  async removeTemplate(slug: string | null): Promise<void> {
    const id = slug === null ? null : (await this.apiServices.get(slug)).id;
    await this.dataSource.transaction(async (manager) => {
      await manager.query('DELETE FROM notice_templates WHERE api_service_id IS NOT DISTINCT FROM $1', [id]);
      await this.record(manager, 'notices.template_removed', slug);
    });
  }

  private record(manager: EntityManager, action: string, slug: string | null): Promise<void> {
    return this.audit.append({ action, objectType: 'api_service', objectId: slug ?? '*' }, manager);
  }
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

const place = (id: string, column: 'webhookUrl' | 'webhookSecret') => ({
  table: 'notice_settings',
  id,
  column: column === 'webhookUrl' ? 'webhook_url' : 'webhook_secret',
});
