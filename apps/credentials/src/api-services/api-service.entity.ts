import type { Manifest } from '@lockkeeper/manifests';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ApiServiceKind = 'oauth2' | 'generic';
/** `client_fault`: the provider refuses our client; its connections wait unharmed until the client is mended. */
export type ApiServiceStatus = 'active' | 'client_fault' | 'retired';

/** What the provider said against our client, for the admin who mends it. */
export interface ClientFault {
  code: string;
  detail: string;
  hint: string | null;
  since: string;
}

/** Seconds between tries of a faulty client, so that one mended at the provider's side heals by itself. */
const PROBE_INTERVAL_SECONDS = 300;

/** A third-party API that we hold client credentials for. Not called `Service`: Nest has its own. */
@Entity('api_services')
export class ApiService {
  @PrimaryColumn('uuid') id: string;
  @Column('text') slug: string;
  @Column('text') name: string;
  @Column('text') kind: ApiServiceKind;
  @Column('text') status: ApiServiceStatus;
  /** The catalogue entry that the manifest came from, if any. */
  @Column('text', { nullable: true }) catalogue: string | null;
  @Column('jsonb') manifest: Manifest;
  @Column('text', { array: true }) scopes: string[];
  @Column('text', { name: 'client_id' }) clientId: string;
  /** Sealed; null for a public client. */
  @Column('text', { name: 'client_secret', nullable: true }) clientSecret: string | null;
  @Column('text', { name: 'client_secret_fingerprint', nullable: true }) clientSecretFingerprint: string | null;
  @Column('timestamptz', { name: 'client_secret_changed_at', nullable: true }) clientSecretChangedAt: Date | null;
  @Column('jsonb', { nullable: true }) fault: ClientFault | null;
  @Column('timestamptz', { name: 'probe_at', nullable: true }) probeAt: Date | null;
  /** The provider asked for quiet: no scheduled refresh before this moment. */
  @Column('timestamptz', { name: 'paused_until', nullable: true }) pausedUntil: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;

  /** The client is refused. Grants are untouched: nothing of this says anything about them. */
  blameClient(fault: Omit<ClientFault, 'since'>, now: Date): void {
    this.fault = { ...fault, since: this.fault?.since ?? now.toISOString() };
    this.status = 'client_fault';
    this.probeAt = new Date(now.getTime() + PROBE_INTERVAL_SECONDS * 1000);
    this.updatedAt = now;
  }

  /** The client was accepted again, or was changed and deserves another try. */
  clearClient(now: Date): void {
    if (this.status === 'client_fault') this.status = 'active';
    this.fault = null;
    this.probeAt = null;
    this.updatedAt = now;
  }

  /** Its secret is kept for as long as revocations at the provider still need it; see Retirement. */
  retire(now: Date): void {
    this.status = 'retired';
    this.fault = null;
    this.updatedAt = now;
  }
}
