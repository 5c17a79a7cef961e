import { type Manifest, ManifestRefused, readManifest } from '@lockkeeper/manifests';
import type { MigrationInterface, QueryRunner } from 'typeorm';

interface StoredManifest {
  id: string;
  manifest: Earlier;
}

/** What was called otherwise before. */
interface Earlier {
  quirks?: unknown[];
  answer?: { success?: unknown };
  revoke?: { acceptedStatuses?: unknown } | null;
}

/** Room for what manifests can say now, and every stored manifest in that form. */
export class ManifestDialects1790000100000 implements MigrationInterface {
  name = 'ManifestDialects1790000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE connections ADD COLUMN named_tokens text`);
    await runner.query(`ALTER TABLE connections ADD CHECK (status <> 'revoked' OR named_tokens IS NULL)`);
    await runner.query(`ALTER TABLE revocations ADD COLUMN params jsonb NOT NULL DEFAULT '{}'`);
    const stored = (await runner.query(`SELECT id, manifest FROM api_services`)) as StoredManifest[];
    for (const { id, manifest } of stored) {
      const now = todays(renamed(manifest));
      await runner.query(`UPDATE api_services SET manifest = $2 WHERE id = $1`, [id, JSON.stringify(now)]);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE revocations DROP COLUMN params`);
    await runner.query(`ALTER TABLE connections DROP COLUMN named_tokens`);
  }
}

const REASON = 'Registered before reasons were asked for.';

/** Secrets in URLs were allowed without a word then; now they have to be asked for. Refusing them here would keep the workspace from starting. */
function todays(earlier: { quirks: unknown[] }): Manifest {
  try {
    return readManifest(earlier).manifest;
  } catch (error) {
    if (!(error instanceof ManifestRefused)) throw error;
    return readManifest({ ...earlier, quirks: [...earlier.quirks, { quirk: 'secretInUrl', reason: REASON }] }).manifest;
  }
}

function renamed({ quirks = [], answer: { success, ...answer } = {}, revoke, ...rest }: Earlier) {
  const { acceptedStatuses, ...revocation } = revoke ?? {};
  return {
    ...rest,
    quirks: quirks.map((quirk) =>
      quirk === 'token_request_by_get' ? { quirk: 'tokenRequestByGet', reason: REASON } : quirk,
    ),
    answer: { ...answer, ...(success !== undefined && { shows: success }) },
    revoke: revoke ? { ...revocation, ...(acceptedStatuses !== undefined && { statuses: acceptedStatuses }) } : null,
  };
}
