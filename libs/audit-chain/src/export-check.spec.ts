import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type JwkSet, StatementSigner } from '@lockkeeper/sealing';
import { ACKNOWLEDGED, ACKNOWLEDGEMENT_TYPE } from './acknowledgement.js';
import { markOf } from './break-mark.js';
import type { ExportLine } from './audit-export.js';
import type { AuditHead } from './audit-heads.js';
import { type EntryText, genesis, type Link, nextLink } from './chain.js';
import { ExportCheck, type ExportCheckOptions, type FindingKind } from './export-check.js';
import { AUDIT_HEAD_TYPE } from './link-text.js';

const entry = (seq: number, details: Record<string, unknown> = { version: seq }): EntryText => ({
  seq: String(seq),
  at: `2026-03-01T12:00:00.00000${seq % 10}Z`,
  actor: 'key:7b1c2f7e-0000-4000-8000-000000000000',
  action: 'connection.rotated',
  objectType: 'connection',
  objectId: `c-${seq}`,
  outcome: 'done',
  requestId: null,
  sourceAddress: '192.0.2.1',
  details,
});

type Line = Record<string, unknown>;

describe('an export of the audit log', () => {
  let signer: StatementSigner;
  let stranger: StatementSigner;
  const signed = async (link: Link, by = signer, at = '2026-03-01T13:00:00.000Z'): Promise<string> =>
    by.sign(AUDIT_HEAD_TYPE, { workspace: 'credentials', ...link, at } satisfies AuditHead);

  /** Positions 1 to 6, with gaps in `seq` as given-up transactions leave them. */
  async function exported(by = signer, entries = [1, 2, 4, 5, 9, 12].map((seq) => entry(seq))): Promise<Line[]> {
    let link = genesis('credentials');
    const lines: Line[] = [{ type: 'audit-export', format: 1, workspace: 'credentials', after: link }];
    for (const one of entries) {
      link = nextLink(link, one);
      lines.push({ type: 'entry', ...link, entry: one });
    }
    const head = { workspace: 'credentials', ...link, at: '2026-03-01T13:00:00.000Z' };
    return [...lines, { type: 'head', ...head, statement: await signed(link, by), keys: by.publicKeys }];
  }

  async function* texts(lines: Line[]): AsyncGenerator<string> {
    for (const line of lines) yield JSON.stringify(line);
  }

  const check = (lines: Line[], options?: ExportCheckOptions) => ExportCheck.of(texts(lines), options);
  const kinds = async (lines: Line[], options?: ExportCheckOptions): Promise<FindingKind[]> =>
    (await check(lines, options)).findings.map(({ kind }) => kind);

  beforeAll(async () => {
    [signer, stranger] = await Promise.all([drawnSigner('audit-1'), drawnSigner('audit-1')]);
  });

  it('that nobody touched holds, with its gaps in seq and with keys from elsewhere', async () => {
    expect(await check(await exported(), { keys: signer.publicKeys })).toMatchObject({
      workspace: 'credentials',
      entries: 6,
      first: 1,
      last: 6,
      findings: [],
    });
  });

  it('that goes on from an earlier one holds', async () => {
    const [start, first, second, ...rest] = await exported();
    const { position, hash } = second as unknown as Link;
    const part = [{ ...start, after: { position, hash } }, ...rest];
    expect(first).toBeDefined();
    expect(await check(part)).toMatchObject({ first: 3, last: 6, findings: [] });
  });

  it.each(['actor', 'action', 'objectId', 'at', 'outcome', 'sourceAddress', 'requestId', 'seq'] as const)(
    'with an edited %s is found out, and where',
    async (member) => {
      const lines = await exported();
      lines[3] = { ...lines[3], entry: { ...(lines[3]!['entry'] as EntryText), [member]: 'another' } };
      const { findings } = await check(lines);
      expect(findings).toEqual([
        { kind: 'altered', detail: expect.stringContaining('position 3'), acknowledged: null },
      ]);
    },
  );

  it('with an edit deep in the details is found out', async () => {
    const lines = await exported();
    lines[2] = { ...lines[2], entry: { ...(lines[2]!['entry'] as EntryText), details: { version: 3 } } };
    expect(await kinds(lines)).toEqual(['altered']);
  });

  it('does not depend on the order of members', async () => {
    const lines = await exported(signer, [entry(1, { a: 1, b: { c: 2, d: [3, null] } })]);
    lines[1] = { ...lines[1], entry: { ...entry(1), details: { b: { d: [3, null], c: 2 }, a: 1 } } };
    expect(await kinds(lines)).toEqual([]);
  });

  it.each([1, 3, 5])('with the entry at position %i deleted is found out', async (position) => {
    const lines = (await exported()).filter((line) => line['position'] !== position || line['type'] === 'head');
    expect((await check(lines)).findings).toEqual([
      { kind: 'missing', detail: expect.stringContaining(`position ${position}`), acknowledged: null },
    ]);
  });

  /** An export whose third entry was changed by that, and whose last one acknowledges what stands there in `seen`. */
  async function acknowledged(
    change: object,
    { seen = change, by = signer, workspace = 'credentials' } = {},
  ): Promise<Line[]> {
    const entries = [1, 2, 4, 5].map((seq) => entry(seq));
    const chain = entries.reduce<Link[]>(
      (links, one) => [...links, nextLink(links.at(-1)!, one)],
      [genesis('credentials')],
    );
    const there = nextLink(chain[2]!, { ...entries[2]!, ...seen });
    const mark = await markOf(['altered', 3, there.hash]);
    const word = {
      workspace,
      mark,
      position: 3,
      by: 'key:ada',
      at: '2026-03-01T12:30:00.000Z',
      reason: 'Looked into.',
    };
    const statement = await by.sign(ACKNOWLEDGEMENT_TYPE, word);
    const lines = await exported(signer, [...entries, { ...entry(9, { statement }), action: ACKNOWLEDGED }]);
    lines[3] = { ...lines[3], entry: { ...(lines[3]!['entry'] as EntryText), ...change } };
    return lines;
  }

  it('tells who acknowledged a broken place, when and why; and that another change was made there since', async () => {
    const word = { by: 'key:ada', at: '2026-03-01T12:30:00.000Z', reason: 'Looked into.' };
    const { findings } = await check(await acknowledged({ actor: 'x' }), { keys: signer.publicKeys });
    expect(findings).toMatchObject([{ kind: 'altered', acknowledged: word }]);
    const since = await check(await acknowledged({ actor: 'y' }, { seen: { actor: 'x' } }), {
      keys: signer.publicKeys,
    });
    expect(since.findings).toMatchObject([{ kind: 'altered', acknowledged: null }]);
  });

  it('believes no acknowledgement that the workspace did not sign', async () => {
    const keys = signer.publicKeys;
    for (const forged of [{ by: stranger }, { workspace: 'access-tokens' }])
      expect(
        (await check(await acknowledged({ actor: 'x' }, { seen: { actor: 'x' }, ...forged }), { keys })).findings,
      ).toMatchObject([{ kind: 'altered', acknowledged: null }]);
  });

  it('with a deletion that was renumbered is found out', async () => {
    const lines = await exported();
    lines.splice(3, 1);
    for (const line of lines.slice(3, -1)) line['position'] = (line['position'] as number) - 1;
    expect(await kinds(lines)).toContain('altered');
  });

  it('with a row that the database lost after it was chained is found out', async () => {
    const lines = await exported();
    lines[4] = { ...lines[4], entry: null };
    expect(await kinds(lines)).toEqual(['altered', 'gone']);
  });

  it('with two lines swapped is found out', async () => {
    const lines = await exported();
    [lines[2], lines[3]] = [lines[3]!, lines[2]!];
    expect(await kinds(lines)).toContain('out_of_order');
  });

  it('with two entries swapped in place is found out', async () => {
    const lines = await exported();
    const [one, other] = [lines[2]!['entry'], lines[3]!['entry']];
    lines[2] = { ...lines[2], entry: other };
    lines[3] = { ...lines[3], entry: one };
    expect(await kinds(lines)).toEqual(['altered', 'altered']);
  });

  it('cut off before its head is found out', async () => {
    expect(await kinds((await exported()).slice(0, -2))).toEqual(['truncated']);
  });

  it('with its last entries left out is found out', async () => {
    const lines = await exported();
    lines.splice(5, 2);
    expect(await kinds(lines)).toEqual(['truncated']);
  });

  it('with something added after what was signed is found out', async () => {
    const lines = await exported();
    const link = nextLink(lines[6] as unknown as Link, entry(13));
    lines.splice(7, 0, { type: 'entry', ...link, entry: entry(13) });
    expect(await kinds(lines)).toEqual(['rewritten']);
  });

  it('rewritten from end to end is found out by the signature', async () => {
    const genuine = await exported();
    const forged = await exported(
      signer,
      [1, 2, 4, 5, 9, 12].map((seq) => entry(seq, { forged: true })),
    );
    expect(await kinds([...forged.slice(0, -1), genuine.at(-1)!])).toEqual(['rewritten']);
  });

  it('signed by a key of somebody else is found out where the right keys are at hand', async () => {
    expect(await kinds(await exported(stranger), { keys: signer.publicKeys })).toEqual(['not_signed']);
  });

  it('of the other workspace under a false name is found out', async () => {
    const lines = await exported();
    lines[0] = { ...lines[0], workspace: 'access-tokens' };
    expect(await kinds(lines)).toEqual(expect.arrayContaining(['altered', 'not_signed']));
  });

  it('rewritten and signed anew by whoever stole the key is found out by a head that was kept elsewhere', async () => {
    const genuine = await exported();
    const kept = await signed(genuine[4] as unknown as Link, signer, '2026-03-01T12:30:00.000Z');
    const forged = await exported(
      signer,
      [1, 2, 4, 5, 9, 12].map((seq) => entry(seq, { forged: true })),
    );
    const options = { keys: signer.publicKeys, heads: [kept] };
    expect(await kinds(genuine, options)).toEqual([]);
    expect(await kinds(forged, options)).toEqual(['rewritten']);
  });

  it('cut short and signed anew is found out by a head that was kept elsewhere', async () => {
    const kept = await signed((await exported())[6] as unknown as Link, signer, '2026-03-01T12:30:00.000Z');
    const shorter = await exported(
      signer,
      [1, 2, 4].map((seq) => entry(seq)),
    );
    expect(await kinds(shorter, { keys: signer.publicKeys, heads: [kept] })).toEqual(['truncated']);
  });

  it('that is something else altogether is told as unreadable', async () => {
    expect(await kinds([{ hello: 'world' }] as Line[])).toEqual(['unreadable']);
    const lines = await exported();
    lines.splice(2, 0, { type: 'note' } as unknown as ExportLine & Line);
    expect(await kinds(lines)).toEqual(['unreadable']);
  });
});

async function drawnSigner(kid: string): Promise<StatementSigner> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const keys = [{ ...privateKey.export({ format: 'jwk' }), kid }] as JwkSet['keys'];
  return StatementSigner.fromJwkSet({ keys });
}
