import { Injectable } from '@nestjs/common';
import { AnswerSpool } from './answer-spool.js';
import type { BlankSheet } from './blank-sheet.js';
import { type Capacity, type FreshLease, Leases } from './leases.js';
import { type KeptLease, RefreshLedger } from './refresh-ledger.js';

/** Takes a lease in hand, and the sheet that is its answer's place. */
type Begin = (lease: FreshLease, sheet: BlankSheet) => void;

/** Leases for the scheduler, each with its room in the spool: where there is no room, there is no lease. */
@Injectable()
export class Claims {
  constructor(
    private readonly leases: Leases,
    private readonly ledger: RefreshLedger,
    private readonly spool: AnswerSpool,
  ) {}

  /** What others began and did not end; what the spool holds of their answers goes into the ledger first. */
  async abandoned(limit: number): Promise<KeptLease[]> {
    await this.spool.replay();
    return this.ledger.claimAbandoned(limit);
  }

  /** @returns how many were begun */
  due(capacity: Omit<Capacity, 'limit'>, begin: Begin): Promise<number> {
    // Two thirds of what is free: whatever else is due finds the rest.
    const limit = Math.ceil((capacity.free * 2) / 3);
    return this.begun(limit, begin, (room) => this.leases.claimDue({ ...capacity, limit: room }));
  }

  async probes(begin: Begin): Promise<void> {
    await this.begun(1, begin, () => this.leases.claimProbe());
  }

  private async begun(wanted: number, begin: Begin, claim: (room: number) => Promise<FreshLease[]>): Promise<number> {
    const sheets = await this.spool.reserve(wanted);
    let leases: FreshLease[] = [];
    try {
      if (sheets.length > 0) leases = await claim(sheets.length);
    } finally {
      this.spool.release(...sheets.slice(leases.length));
    }
    leases.forEach((lease, index) => begin(lease, sheets[index]!));
    return leases.length;
  }
}
