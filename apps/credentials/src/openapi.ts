import 'reflect-metadata';
import { describeApp } from '@lockkeeper/doors';
import type { NatsLink } from '@lockkeeper/messaging';
import type { DataSource } from 'typeorm';
import { AppModule } from './app.module.js';
import { SettingsSchema, type Settings } from './config/settings.js';
import type { WorkspaceKeys } from './config/workspace-keys.js';
import { NAMING } from './naming.js';

/** Places and keys that are never looked at. */
const settings = SettingsSchema.parse({
  CREDENTIALS_DATABASE_URL: 'postgres://nowhere/none',
  CREDENTIALS_KEY_RING_FILE: 'none',
  CREDENTIALS_SIGNING_KEYS_FILE: 'another',
  ACCESS_TOKENS_PUBLIC_KEYS_FILE: 'none',
  CREDENTIALS_AUDIT_KEYS_FILE: 'none',
  CREDENTIALS_SPOOL_DIR: 'none',
  NATS_URL: 'none',
}) as Settings;
const ground = { settings: { ...settings, files: {} } as Settings, keys: {} as WorkspaceKeys };
const module = AppModule.on({ ...ground, dataSource: {} as DataSource, link: {} as NatsLink });

// Prints the OpenAPI document; the console's typed client is generated from it.
process.stdout.write(JSON.stringify(await describeApp(module, NAMING)));
process.exit(0);
