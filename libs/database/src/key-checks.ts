import { LockkeeperError } from '@lockkeeper/doors';
import type { KeyRing } from '@lockkeeper/sealing';
import type { EntityManager } from 'typeorm';

/** For each workspace's first migration. Which keys this database was sealed with: a wrong ring is noticed at boot, not at the first use. */
export const CREATE_KEY_CHECKS = `CREATE TABLE key_checks (key_id text PRIMARY KEY, sealed text NOT NULL)`;

export interface KeyCheckOptions {
  keyRing: KeyRing;
  /** The setting that names the key ring's file, for the message. */
  setting: string;
  /** Every place where sealed values are kept: a key may go from the ring when none of them needs it any more. */
  sealedColumns: readonly { table: string; column: string }[];
}

/** The key ring isn't the one that this database was sealed with. Boot ends here. */
export class KeyRingUnfit extends LockkeeperError {
  constructor(setting: string, faults: string[]) {
    super({
      kind: 'internal',
      code: 'key_ring_unfit',
      title: 'The key ring does not belong to this database',
      detail: `${setting} does not fit this database: ${faults.join('; ')}.`,
      hint: 'Put the missing key back, or use the key ring (or the database) of the same installation.',
    });
  }
}

const KNOWN_TEXT = 'lockkeeper';
const place = (keyId: string) => ({ table: 'key_checks', id: keyId, column: 'sealed' });

/** Opens what each key sealed when it was first used here. @throws KeyRingUnfit naming the keys */
export async function checkKeys(
  manager: EntityManager,
  { keyRing, setting, sealedColumns }: KeyCheckOptions,
): Promise<void> {
  const checks = await manager.query<{ key_id: string; sealed: string }[]>('SELECT key_id, sealed FROM key_checks');
  const faults: string[] = [];
  for (const { key_id: keyId, sealed } of checks) {
    if (keyRing.keyIds.includes(keyId)) {
      if (!opens(keyRing, keyId, sealed))
        faults.push(`its key \`${keyId}\` is not the \`${keyId}\` that was used here before`);
    } else if (await isInUse(manager, keyId, sealedColumns)) {
      faults.push(`key \`${keyId}\`, with which values are still sealed, is not in it`);
    }
  }
  if (faults.length > 0) throw new KeyRingUnfit(setting, faults);
  await remember(manager, keyRing);
}

async function remember(manager: EntityManager, ring: KeyRing): Promise<void> {
  await manager.query('DELETE FROM key_checks WHERE NOT key_id = ANY($1)', [ring.keyIds]);
  // In the form in which the ring seals: a version that can't open that form is refused here, and not by its first value.
  await manager.query(
    `INSERT INTO key_checks AS known (key_id, sealed) VALUES ($1, $2) ON CONFLICT (key_id) DO UPDATE SET sealed = excluded.sealed
     WHERE NOT starts_with(known.sealed, $3)`,
    [ring.writing, ring.seal(KNOWN_TEXT, place(ring.writing)), ring.sealedPrefix],
  );
}

function opens(ring: KeyRing, keyId: string, sealed: string): boolean {
  try {
    return ring.open(sealed, place(keyId)).reveal() === KNOWN_TEXT;
  } catch (error) {
    if (error instanceof LockkeeperError) return false;
    throw error;
  }
}

async function isInUse(
  manager: EntityManager,
  keyId: string,
  columns: KeyCheckOptions['sealedColumns'],
): Promise<boolean> {
  for (const { table, column } of columns) {
    const [row] = await manager.query<{ used: boolean }[]>(
      `SELECT EXISTS (SELECT FROM ${table} WHERE split_part(${column}, '.', 2) = $1) AS used`,
      [keyId],
    );
    if (row!.used) return true;
  }
  return false;
}
