import type { Manifest } from '@lockkeeper/manifests';
import type { CertificateFacts, PublicKey } from '@lockkeeper/sealing';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Freeze } from '../token-endpoint/frozen.js';

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

/** What may be shown of a key that the client proves itself with. */
export interface ClientKeyFacts {
  publicKey: PublicKey;
  /** ISO 8601: published before it signs, so that the provider knows it by then. */
  signsFrom: string;
  /** ISO 8601: what it signed last is over by then. Null while nothing takes over from it. */
  publishedUntil: string | null;
}

/** What is known of the certificate in use. */
export interface HeldCertificateFacts extends CertificateFacts {
  /** Of the warnings 30, 7 and 1 days ahead of its end, the one that was given last. */
  warnedDays?: number;
}

/** A client secret that is to take over, apart from the secret itself. Moments are ISO 8601. */
export interface SecretChange {
  /** `staged`: to be tried on one connection; `proven`: the provider took it; `refused`: it did not, and the one before goes on. */
  state: 'staged' | 'proven' | 'refused';
  fingerprint: string;
  stagedAt: string;
  /** Whether it takes over as soon as it is proven, or when somebody says so. */
  promote: 'when_proven' | 'by_hand';
  /** How long the one before is kept after that. */
  keepFormerSeconds: number;
  /** The one that it is tried on; null until a first one is refreshed. */
  connectionId: string | null;
  decidedAt: string | null;
  /** In plain words, what the provider said to it. */
  detail: string | null;
  /** When a provider last refused the one in use, and this one was used instead; left out where that never happened. */
  usedAt?: string;
}

/** What may be shown of a secret. */
export interface SecretFacts {
  fingerprint: string;
  /** ISO 8601. */
  changedAt: string;
}

/** What may be shown of a client secret that another one took over from. Moments are ISO 8601. */
export interface FormerSecretFacts {
  fingerprint: string;
  changedAt: string;
  /** It is erased then. */
  until: string;
  /** When a provider last refused the one in use, and this one was used instead; left out where that never happened. */
  usedAt?: string;
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
  /** `json`, which keeps the order in which fields were defined. */
  @Column('json') manifest: Manifest;
  @Column('text', { array: true }) scopes: string[];
  @Column('text', { name: 'client_id' }) clientId: string;
  /** Sealed; null for a public client. */
  @Column('text', { name: 'client_secret', nullable: true }) clientSecret: string | null;
  @Column('text', { name: 'client_secret_fingerprint', nullable: true }) clientSecretFingerprint: string | null;
  @Column('timestamptz', { name: 'client_secret_changed_at', nullable: true }) clientSecretChangedAt: Date | null;
  /** Sealed; tried on one connection before it takes over. */
  @Column('text', { name: 'staged_secret', nullable: true }) stagedSecret: string | null;
  @Column('jsonb', { name: 'secret_change', nullable: true }) secretChange: SecretChange | null;
  /** Sealed; what the secret in use took over from. */
  @Column('text', { name: 'former_secret', nullable: true }) formerSecret: string | null;
  @Column('jsonb', { name: 'former_secret_facts', nullable: true }) formerSecretFacts: FormerSecretFacts | null;
  /** Sealed JSON: by name, the secrets besides the client's that its manifest declares. Null where it declares none. */
  @Column('text', { name: 'service_secrets', nullable: true }) serviceSecrets: string | null;
  /** By name, as many as there are. */
  @Column('jsonb', { name: 'service_secret_facts', default: {} }) serviceSecretFacts: Record<string, SecretFacts>;
  /** Sealed; what assertions are signed with (RFC 7523). Null for every other grant. */
  @Column('text', { name: 'assertion_key', nullable: true }) assertionKey: string | null;
  @Column('text', { name: 'assertion_key_fingerprint', nullable: true }) assertionKeyFingerprint: string | null;
  @Column('timestamptz', { name: 'assertion_key_changed_at', nullable: true }) assertionKeyChangedAt: Date | null;
  /** Sealed JSON `{certificate, privateKey}`, both PEM: shown in TLS handshakes (RFC 8705). */
  @Column('text', { name: 'client_certificate', nullable: true }) clientCertificate: string | null;
  @Column('jsonb', { name: 'client_certificate_facts', nullable: true })
  clientCertificateFacts: HeldCertificateFacts | null;
  /** Sealed JSON: by `kid`, the private JWKs that the client proves itself with (`private_key_jwt`). */
  @Column('text', { name: 'client_keys', nullable: true }) clientKeys: string | null;
  /** Oldest first. */
  @Column('jsonb', { name: 'client_key_facts', default: [] }) clientKeyFacts: ClientKeyFacts[];
  @Column('jsonb', { nullable: true }) fault: ClientFault | null;
  /** The issuer that it was registered by, and whose metadata is looked at again; null where it came otherwise. */
  @Column('text', { name: 'discovered_issuer', nullable: true }) discoveredIssuer: string | null;
  /** Its issuer names other endpoints than somebody agreed to: nothing is sent until somebody decides. Whatever its status is. */
  @Column('jsonb', { nullable: true }) frozen: Freeze | null;
  @Column('timestamptz', { name: 'probe_at', nullable: true }) probeAt: Date | null;
  /** The provider asked for quiet: no scheduled refresh before this moment. */
  @Column('timestamptz', { name: 'paused_until', nullable: true }) pausedUntil: Date | null;
  /** Refreshes in a row that the provider, or the way to it, failed: from BREAKER_TROUBLES on it is only tried, one at a time. */
  @Column('integer', { default: 0 }) troubles: number;
  /** How many refreshes a second its 429s left it, at `learntAt`; grows again with time. */
  @Column('double precision', { name: 'learnt_per_second', nullable: true }) learntPerSecond: number | null;
  @Column('timestamptz', { name: 'learnt_at', nullable: true }) learntAt: Date | null;
  /** Counts what access-tokens hears of the API service itself. */
  @Column('integer', { default: 0 }) revision: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt: Date;

  /** What a provider knows the client by, sealed as it is held: another text after each change of it. */
  get clientAsHeld(): string {
    const { clientId, clientSecret, assertionKey, clientCertificate, clientKeys, manifest } = this;
    return JSON.stringify([clientId, clientSecret, assertionKey, clientCertificate, clientKeys, manifest]);
  }

  /**
   * The client is refused. Grants are untouched: nothing of this says anything about them.
   * @returns whether it was accepted until now
   */
  blameClient(fault: Omit<ClientFault, 'since'>, now: Date): boolean {
    const changed = this.become('client_fault');
    this.fault = { ...fault, since: this.fault?.since ?? now.toISOString() };
    // Later on each probe sets the next one as it is claimed.
    if (changed) this.probeAt = new Date(now.getTime() + PROBE_INTERVAL_SECONDS * 1000);
    this.updatedAt = now;
    return changed;
  }

  /** The client was accepted again, or was changed and deserves another try. @returns whether anything stood against it */
  clearClient(now: Date): boolean {
    const changed = this.become('active');
    this.fault = null;
    this.probeAt = null;
    this.updatedAt = now;
    return changed;
  }

  freeze(freeze: Freeze, now: Date): void {
    this.frozen = freeze;
    this.changed(now);
  }

  thaw(now: Date): void {
    this.frozen = null;
    this.changed(now);
  }

  /** Its secret is kept for as long as revocations at the provider still need it; see Retirement. */
  retire(now: Date): void {
    this.status = 'retired';
    this.fault = null;
    this.updatedAt = now;
  }

  private changed(now: Date): void {
    this.revision += 1;
    this.updatedAt = now;
  }

  private become(status: 'active' | 'client_fault'): boolean {
    if (this.status === status) return false;
    this.status = status;
    this.revision += 1;
    return true;
  }
}
