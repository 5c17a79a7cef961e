import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FoundMetadata } from '../token-endpoint/metadata-request.js';
import type { ServerMetadata } from '../token-endpoint/server-metadata.js';
import { changesBetween, type EndpointChange, fingerprintOf } from './endpoint-changes.js';

/** Other endpoints than those that are pinned, and nobody has decided about them. */
export interface Proposal {
  fingerprint: string;
  changes: EndpointChange[];
  /** ISO 8601: when it was first seen. */
  since: string;
  /** What is pinned if it is accepted; null where it is another issuer's, which can't be. */
  metadata: ServerMetadata | null;
}

/** Why the last look brought nothing. */
export interface Trouble {
  code: string;
  detail: string;
  hint: string | null;
  /** ISO 8601. */
  since: string;
}

/** `known`: nothing to decide. `thawed`: what was proposed is gone again. `proposed`: others than before, and than what was refused. */
export type Sight = 'known' | 'thawed' | 'proposed';

/** An authorization server that API services were registered by: what it said when somebody agreed to it, and what it has said since. */
@Entity('discovered_issuers')
export class DiscoveredIssuer {
  /** Exactly as it was given. */
  @PrimaryColumn('text') issuer: string;
  @Column('text', { name: 'found_at' }) foundAt: string;
  /** The last good copy. Its endpoints are pinned: they change by an admin's consent only. */
  @Column('jsonb') metadata: ServerMetadata;
  @Column('timestamptz', { name: 'seen_at' }) seenAt: Date;
  @Column('timestamptz', { name: 'look_at' }) lookAt: Date;
  /** Looks in a row that brought nothing. */
  @Column('integer', { default: 0 }) failures: number;
  @Column('jsonb', { nullable: true }) trouble: Trouble | null;
  /** While there is one, nothing is sent to this server. */
  @Column('jsonb', { nullable: true }) proposal: Proposal | null;
  /** The fingerprint of what was refused last: it freezes nothing again. */
  @Column('text', { nullable: true }) refused: string | null;

  /** Begins anew, with what it says now. */
  pin({ metadata, foundAt }: FoundMetadata, now: Date): void {
    Object.assign(this, { metadata, foundAt, proposal: null, refused: null });
    this.wasSeen(now);
  }

  sees({ metadata, foundAt }: FoundMetadata, now: Date): Sight {
    this.wasSeen(now);
    const changes = changesBetween(this.metadata, metadata);
    if (changes.length > 0) return this.propose(changes, metadata, now);
    const thaws = this.proposal !== null;
    Object.assign(this, { metadata, foundAt, proposal: null, refused: null });
    return thaws ? 'thawed' : 'known';
  }

  /** Its address brings another issuer's metadata, which is never used (RFC 8414 section 3.3), and is a reason to stop. */
  seesOther(found: string, now: Date): Sight {
    this.wasSeen(now);
    return this.propose([{ member: 'issuer', pinned: this.issuer, seen: found }], null, now);
  }

  /** Nothing came: the last good copy stays. */
  misses({ code, detail, hint }: Omit<Trouble, 'since'>, now: Date): void {
    this.failures += 1;
    this.trouble = { code, detail, hint, since: this.trouble?.since ?? now.toISOString() };
  }

  accept(metadata: ServerMetadata): void {
    Object.assign(this, { metadata, proposal: null, refused: null });
  }

  /** What is pinned stays in use. */
  refuse({ fingerprint }: Proposal): void {
    Object.assign(this, { proposal: null, refused: fingerprint });
  }

  private propose(changes: EndpointChange[], metadata: ServerMetadata | null, now: Date): Sight {
    const fingerprint = fingerprintOf(changes);
    if (fingerprint === this.proposal?.fingerprint) return 'known';
    if (fingerprint === this.refused) {
      const thaws = this.proposal !== null;
      this.proposal = null;
      return thaws ? 'thawed' : 'known';
    }
    this.proposal = { fingerprint, changes, metadata, since: now.toISOString() };
    return 'proposed';
  }

  private wasSeen(now: Date): void {
    Object.assign(this, { seenAt: now, failures: 0, trouble: null });
  }
}
