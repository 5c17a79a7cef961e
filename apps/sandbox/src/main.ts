import { startSandbox } from './sandbox.js';
import { settingsFromEnvironment } from './settings.js';

const settings = refuseOr(() => settingsFromEnvironment(process.env));
const sandbox = await startSandbox(settings);

if (settings.clientSecret === null) {
  // Nobody gave a secret, so this is the only place where whoever started it can learn the one that was drawn.
  process.stderr.write(`client id ${sandbox.clientId}, client secret ${sandbox.clientSecret}\n`);
}

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void sandbox.stop().then(() => process.exit(0));
  });
}

function refuseOr<T>(read: () => T): T {
  try {
    return read();
  } catch (fault) {
    process.stderr.write(`${(fault as Error).message}\n`);
    return process.exit(1);
  }
}
