import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { COMMANDS, COMMANDS_QUEUE, PUBLICATIONS_DURABLE, publicationSubject, STREAMS } from '@lockkeeper/contracts';
import { SupervisedProcess, freePort, greeting, natsServerBinary, provisionStreams } from '@lockkeeper/local-stack';
import { CommandClient, CommandServer, JetStreamPublisher, JetStreamServer, NatsLink } from '@lockkeeper/messaging';
import { BothSides, takenIn } from '../support/both-sides.js';
import { eventually } from '../support/eventually.js';
import { serve } from '../support/messaging.js';

/** Somebody's own nats-server, as `NATS_URL` may name one: JetStream, and no accounts. */
describe('a NATS server without accounts', () => {
  let directory: string;
  let server: SupervisedProcess;
  let links: NatsLink[];
  let apps: INestMicroservice[];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lockkeeper-plain-nats-'));
    const port = await freePort();
    const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(directory, 'data')];
    server = await SupervisedProcess.start({ name: 'plain-nats', command: await natsServerBinary(), args, directory });
    await eventually(() => greeting(port), { what: 'it listens' });
    const url = `nats://127.0.0.1:${port}`;
    await provisionStreams(url);
    await provisionStreams(url); // as every start does
    links = ['credentials', 'access-tokens'].map((user) => new NatsLink({ url, user }));
    const intake = new JetStreamServer(links[1]!, { stream: STREAMS.publications, durable: PUBLICATIONS_DURABLE });
    apps = [await serve([BothSides], intake), await serve([BothSides], new CommandServer(links[0]!, COMMANDS_QUEUE))];
    await eventually(() => links.every((link) => link.state === 'connected'), { what: 'both are connected' });
  });

  afterAll(async () => {
    await Promise.all((apps ?? []).map((app) => app.close()));
    await Promise.all((links ?? []).map((link) => link.close()));
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('carries publications', async () => {
    await new JetStreamPublisher(links[0]!).publish(publicationSubject('c1'), 'sealed', { messageId: 'c1:1' });
    await eventually(() => takenIn.includes('sealed'), { what: 'the publication was taken in' });
  });

  it('carries commands, and says at once that nobody answers one', async () => {
    const commands = new CommandClient(links[1]!);
    await expect(commands.request(COMMANDS.refresh, {}, { timeoutMs: 20_000 })).resolves.toEqual({ done: true });
    const unanswered = commands.request(COMMANDS.notice, {}, { timeoutMs: 20_000 });
    await expect(unanswered).rejects.toMatchObject({ code: 'command_unanswered', kind: 'unavailable' });
  });
});
