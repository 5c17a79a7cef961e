import 'reflect-metadata';
import { readEnvironment } from '@lockkeeper/configuration';
import { migrateAsOwner } from '@lockkeeper/database';
import { failBoot } from '@lockkeeper/doors';
import { environment } from './config/environment.js';
import { SettingsSchema } from './config/settings.js';
import { dataSourceOptions } from './migrations/data-source.js';

/** Migrates this workspace's database as its owner, and ends: to be run before the replicas of a new version, which then need no such right. */
async function migrate(): Promise<void> {
  const schema = SettingsSchema.pick({ ACCESS_TOKENS_DATABASE_URL: true, ACCESS_TOKENS_DATABASE_POOL: true }).extend({
    ACCESS_TOKENS_DATABASE_OWNER_URL: SettingsSchema.shape.ACCESS_TOKENS_DATABASE_OWNER_URL.unwrap(),
  });
  const settings = readEnvironment(environment(), {
    workspace: 'access-tokens',
    schema,
    relations: () => [],
    files: {},
  });
  await migrateAsOwner(dataSourceOptions(settings), settings.ACCESS_TOKENS_DATABASE_OWNER_URL);
  process.stdout.write('The database of access-tokens is that of this version.\n');
}

migrate().catch(failBoot);
