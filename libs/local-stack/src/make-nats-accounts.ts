import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { NatsAccounts } from './nats-accounts.js';
import { natsServerConfig } from './nats-config.js';
import { replacePrivateFile } from './private-files.js';

const USAGE = `
  npm run nats:accounts -- <folder> [--host 0.0.0.0] [--port 4222] [--config-dir /etc/nats] [--data-dir /data]

  Writes NATS accounts and a server configuration for a nats-server of yours. The two folders are where that server will find its
  configuration and keep its data. Made again, it keeps the keys and signs what has changed.
`;

/** `npm run nats:accounts`: for a nats-server that isn't started by `npm start` or docker-compose.yml. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string', default: '0.0.0.0' },
    port: { type: 'string', default: '4222' },
    'config-dir': { type: 'string', default: '/etc/nats' },
    'data-dir': { type: 'string', default: '/data' },
  },
});
const [folder] = positionals;
const port = Number(values.port);
if (folder === undefined || !(port > 0)) {
  process.stderr.write(USAGE);
  process.exit(1);
}
const directory = resolve(folder);
const { systemAccount } = await NatsAccounts.generate(directory);
const config = {
  host: values.host,
  port,
  accountsDirectory: values['config-dir'],
  dataDirectory: values['data-dir'],
  systemAccount,
};
await replacePrivateFile(join(directory, 'server', 'nats.conf'), natsServerConfig(config));
process.stdout.write(`
  ${directory}/server/              to the nats-server, as ${values['config-dir']}; nothing in it is secret
  ${directory}/credentials.creds    to credentials: CREDENTIALS_NATS_CREDS_FILE
  ${directory}/access-tokens.creds  to access-tokens: ACCESS_TOKENS_NATS_CREDS_FILE
  ${directory}/provisioner.creds    makes the streams, once the server runs:  npm run nats:streams -- <url> ${directory}/provisioner.creds
  ${directory}/offline/             to nobody: a safe place that no server reaches
`);
