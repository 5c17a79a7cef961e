import { parseArgs } from 'node:util';
import { connectedDatabase, type PostgresOptions, reseal, type SealedColumn } from '@lockkeeper/database';
import { type KeyRing, type KeyWrapping, NEWEST_FORMAT } from '@lockkeeper/sealing';
import { addKey, writeWith } from './ring-file.js';

/** What a workspace's keys are kept and used in. */
export interface KeysGround {
  ringPath: string;
  wrapping: KeyWrapping | null;
  keyRing: KeyRing;
  database: PostgresOptions;
  sealedColumns: readonly SealedColumn[];
}

const USAGE = `usage: npm run keys:add -- WORKSPACE          a new key that opens; restart all replicas
       npm run keys:write -- WORKSPACE ID     from now on it seals, bound to the workspace; restart all replicas
       npm run keys:rotate -- WORKSPACE       seals anew what is sealed otherwise, online [--batch 500] [--pause-ms 0]
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** `keys:add`, `keys:write` and `keys:rotate` for one workspace, with the settings that it runs with. @returns the exit code */
export async function keysProgram(args: string[], ground: KeysGround): Promise<number> {
  const [verb, id] = args;
  if (verb === 'add') {
    const added = await addKey(ground.ringPath, ground.wrapping);
    say(`${added} was added, and opens. Restart all replicas, then: keys:write … ${added}`);
  } else if (verb === 'write' && id !== undefined) {
    await writeWith(ground.ringPath, id);
    say(`${id} seals, and binds what it seals to this workspace. Restart all replicas, then: keys:rotate …`);
  } else if (verb === 'rotate') return rotate(args.slice(1), ground);
  else {
    process.stderr.write(USAGE);
    return 2;
  }
  return 0;
}

/** @returns the exit code */
async function rotate(args: string[], { keyRing, database, sealedColumns }: KeysGround): Promise<number> {
  const { values } = parseArgs({ args, options: { batch: { type: 'string' }, 'pause-ms': { type: 'string' } } });
  const dataSource = await connectedDatabase(database);
  try {
    const { resealed, left } = await reseal(dataSource, {
      keyRing,
      sealedColumns,
      batch: Number(values.batch ?? 500),
      pauseMs: Number(values['pause-ms'] ?? 0),
      onProgress: ({ table, column, resealed: count }) => say(`${table}.${column}: ${count}`),
    });
    if (left > 0) {
      say(`${resealed} values were sealed anew; ${left} were held by somebody else all the time. Run it again.`);
      return 1;
    }
    say(`${resealed} values were sealed anew; all are sealed with ${keyRing.writing} now, ${boundTo(keyRing)}.`);
    say('Keys besides it may leave the ring once every spool is empty and no backup from before is needed.');
    return 0;
  } finally {
    await dataSource.destroy();
  }
}

/** What the ring's form of sealing binds a value to, and what to do where that could be more. */
const boundTo = ({ format, writing }: KeyRing): string =>
  format === NEWEST_FORMAT
    ? `bound to this workspace (${format})`
    : `not bound to this workspace (${format}): keys:write … ${writing} changes that, once no replica of an older version runs`;
