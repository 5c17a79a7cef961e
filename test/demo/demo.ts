import { resolve } from 'node:path';
import { EventListener } from '../support/event-listener.js';
import { type FoundInstallation, findRunning, startOwn } from './installation.js';
import { Story } from './story.js';
import { StoryEnded, Transcript } from './transcript.js';

const project = resolve(process.env['LOCKKEEPER_PROJECT'] ?? '.');
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
  const running = await findRunning(project);
  if (!running) transcript.say('Nothing runs here: starting one on free ports, in a folder that is thrown away.');
  const { installation: at, ...rest } = running ?? (await startOwn(project));
  transcript.say(
    `credentials at ${at.credentialsUrl}, access-tokens at ${at.accessTokensUrl}, sandbox at ${at.sandboxUrl}`,
  );
  return { installation: at, ...rest };
}

function listenTo({ installation: { natsUrl }, accountsDirectory }: FoundInstallation) {
  return (apiService: string): Promise<EventListener> =>
    EventListener.start({ natsUrl, accountsDirectory, apiService });
}
