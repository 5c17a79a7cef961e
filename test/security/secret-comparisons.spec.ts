import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PROJECT_ROOT, type WorkspaceDatabases } from '@lockkeeper/local-stack';
import { rowsOf } from '../support/database-copy.js';
import { freshDatabases } from '../support/databases.js';

const run = promisify(execFile);

/** By the rules of that file, and in a process of its own, as people run it. */
const LINT = `
  import { ESLint } from 'eslint';
  const [{ messages }] = await new ESLint().lintText(process.argv[1], { filePath: 'libs/access-control/src/sessions.ts' });
  console.log(JSON.stringify(messages));`;

/**
 * What a stranger presents (a key, a session's cookie, a sign-in link, a ticket, a state) is never compared with what is right, letter by letter:
 * it is hashed, and the hash looked up. How long that takes says nothing about any secret. Nothing is measured here: a machine's noise hides
 * more than a comparison shows.
 */
describe('Comparing secrets', () => {
  let databases: WorkspaceDatabases;

  beforeAll(async () => {
    databases = await freshDatabases({ owners: true });
    const settings = {
      PATH: process.env.PATH,
      CREDENTIALS_DATABASE_URL: databases.credentialsDatabaseUrl,
      CREDENTIALS_DATABASE_OWNER_URL: databases.credentialsDatabaseOwnerUrl,
      ACCESS_TOKENS_DATABASE_URL: databases.accessTokensDatabaseUrl,
      ACCESS_TOKENS_DATABASE_OWNER_URL: databases.accessTokensDatabaseOwnerUrl,
    };
    for (const workspace of ['credentials', 'access-tokens'])
      await run(process.execPath, [`apps/${workspace}/dist/migrate.js`], { cwd: PROJECT_ROOT, env: settings });
  });

  const FOUND_BY_HASH = [
    ['access_keys', 'hash'],
    ['sessions', 'hash'],
    ['sign_in_links', 'hash'],
  ];
  const ALSO_IN_CREDENTIALS = [
    ['authorization_links', 'ticket_hash'],
    ['authorization_flows', 'state_hash'],
    ['device_authorizations', 'handle_hash'],
  ];

  it.each([
    ['credentials', () => databases.credentialsDatabaseUrl, [...FOUND_BY_HASH, ...ALSO_IN_CREDENTIALS]],
    ['access-tokens', () => databases.accessTokensDatabaseUrl, FOUND_BY_HASH],
  ] as const)('is a look-up by a hash, in a unique index, in %s', async (_workspace, url, columns) => {
    for (const [table, column] of columns) {
      const indexes = await rowsOf<{ definition: string }>(
        url(),
        'SELECT indexdef AS definition FROM pg_indexes WHERE tablename = $1',
        [table],
      );
      expect(indexes.map(({ definition }) => definition)).toContainEqual(
        expect.stringMatching(new RegExp(`^CREATE UNIQUE INDEX .* USING btree \\(${column}\\)$`)),
      );
    }
  });

  it('by === or !== is refused by the linter, by the names that secrets have', async () => {
    const refused = ['presented === known', 'row.secret !== given', 'one.hash == two.hash', 'a !== b.clientSecret'];
    const taken = [
      'secret === null',
      'secret !== undefined',
      `kind === 'secret'`,
      'one.id === two.id',
      'names.secret === true',
    ];
    const source = [...refused, ...taken]
      .map((expression, index) => `export const at${index} = ${expression};`)
      .join('\n');
    // Where CI is set, typescript-eslint takes a file that it knows from the disk, whatever text it was given.
    const env = { ...process.env, TSESTREE_SINGLE_RUN: 'false' };
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', LINT, source], {
      cwd: PROJECT_ROOT,
      env,
    });
    const messages = JSON.parse(stdout) as { line: number; message: string }[];
    const lines = messages.filter(({ message }) => message.includes('timingSafeEqual')).map(({ line }) => line);
    expect(lines).toEqual(refused.map((_expression, index) => index + 1));
  });
});
