import type { StatementSigner } from '@lockkeeper/sealing';
import { checkedStatement } from '@lockkeeper/sealing/statement-check';
import { markOf } from './break-mark.js';
import type { AuditHead } from './audit-heads.js';
import type { Link, Workspace } from './chain.js';
import type { ChainBreak } from './chain-stretch.js';
import { AUDIT_HEAD_TYPE } from './link-text.js';

/** What signed heads say against the chain. One whose key has left the set says nothing any more, and no more does what is no head. */
export class HeadCheck {
  constructor(private readonly options: { workspace: Workspace; signer: StatementSigner }) {}

  async isOurs(statement: string): Promise<boolean> {
    return (await this.ofOurs(statement)) !== null;
  }

  /** @param link what stands at the head's place; null where nothing does */
  async against(link: Link | null, statement: string): Promise<ChainBreak[]> {
    // Signatures take their time, and what agrees needs none.
    if (link !== null && this.hashIn(statement) === link.hash) return [];
    const head = await this.ofOurs(statement);
    if (head === null) return [];
    const { position, at } = head;
    const common = { position, statement, mark: await markOf(['signed', position, statement]) };
    return [
      link === null
        ? { ...common, kind: 'truncated', detail: `On ${at} the chain was signed up to position ${position}.` }
        : { ...common, kind: 'rewritten', detail: `Position ${position} is not what was signed on ${at}.` },
    ];
  }

  private async ofOurs(statement: string): Promise<AuditHead | null> {
    const { signer, workspace } = this.options;
    const rules = { type: AUDIT_HEAD_TYPE, keys: signer.publicKeys };
    const head = await checkedStatement<AuditHead>(statement, rules);
    return head?.workspace === workspace ? head : null;
  }

  private hashIn(statement: string): string | null {
    try {
      return this.options.signer.read<AuditHead>(statement).hash;
    } catch {
      return null; // Whether it is a head at all is looked at next.
    }
  }
}
