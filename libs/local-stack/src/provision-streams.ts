import { provisionStreams } from './nats-streams.js';

/** Makes or changes the streams and durables: `provision-streams <nats url> [<provisioner.creds>]`. As often as one likes. */
const [url = process.env.NATS_URL, credsFile = process.env.NATS_PROVISIONER_CREDS_FILE] = process.argv.slice(2);
if (!url) {
  process.stderr.write('Which server? Give its URL, or set NATS_URL.\n');
  process.exit(1);
}
await provisionStreams(url, credsFile);
process.stdout.write('The streams are there.\n');
