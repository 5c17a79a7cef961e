import { join } from 'node:path';
import { EventListener } from '../support/event-listener.js';
import { type FoundInstallation, findRunning, startOwn, usualDirectory } from './installation.js';
import { Story } from './story.js';
import { StoryEnded, Transcript } from './transcript.js';

/**
 * `npm run demo`: the whole story against the Lockkeeper that runs, or against one of its own. `tsc -b test/demo` builds it to
 * `test/demo/dist/demo/demo.js`. The exit code is 0 if every step passed.
 */
const directory = usualDirectory();
const transcript = new Transcript(process.stdout, process.stdout.isTTY && !process.env['NO_COLOR']);
let found: FoundInstallation | null = null;

try {
  found = await installation();
  await new Story(found.installation, transcript, listenTo(found)).tell();
} catch (fault) {
  if (!(fault instanceof StoryEnded)) transcript.fail(fault);
} finally {
  await found?.stop();
}
process.exitCode = transcript.end() ? 0 : 1;

async function installation(): Promise<FoundInstallation> {
  transcript.chapter('Lockkeeper');
  const running = await findRunning(directory);
  if (!running) transcript.say('Nothing runs here: starting one on free ports, with servers and keys of its own.');
  const { installation: at, ...rest } = running ?? (await startOwn(join(directory, 'demo')));
  transcript.say(
    `credentials at ${at.credentialsUrl}, access-tokens at ${at.accessTokensUrl}, sandbox at ${at.sandboxUrl}`,
  );
  return { installation: at, ...rest };
}

function listenTo({ installation: { natsUrl }, accountsDirectory }: FoundInstallation) {
  return (apiService: string): Promise<EventListener> =>
    EventListener.start({ natsUrl, accountsDirectory, apiService });
}
