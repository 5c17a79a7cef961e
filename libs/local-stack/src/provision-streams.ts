import { provisionStreams } from './nats-streams.js';

/** Makes or changes the streams and durables: `provision-streams <nats url> [<provisioner.creds> [<replicas>]]`. As often as one likes. */
const [url = process.env.NATS_URL, credsFile = process.env.NATS_PROVISIONER_CREDS_FILE, replicas = '1'] =
  process.argv.slice(2);
if (!url) {
  process.stderr.write('Which server? Give its URL, or set NATS_URL.\n');
  process.exit(1);
}
if (!['1', '3', '5'].includes(replicas)) {
  process.stderr.write('On how many servers should each message be kept? 1, or 3 or 5 in a cluster of so many.\n');
  process.exit(1);
}
await provisionStreams(url, credsFile, { replicas: Number(replicas) });
process.stdout.write('The streams are there.\n');
