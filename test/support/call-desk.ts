import { request as rawRequest } from 'node:http';
import type { Publication } from '@lockkeeper/contracts';
import { type ApiAnswer, type ApiClient, type ProblemBody, succeeded } from './api-client.js';
import { publicationOf, replyOf } from './credentials-stand-in.js';
import { OpenWorkspace, type OpenWorkspaceOptions } from './open-workspace.js';
import { ScriptedServer } from './scripted-server.js';

export type Use = Publication['use'];

/** A connection whose token can be used, and the door through which its API is called. */
export interface Callable extends Publication {
  /** `/v1/proxy/sandbox/<user>`, absolute. */
  door: string;
  accessToken: string;
}

/** As the trace tells a call. */
export interface TracedCall {
  method: string;
  url: string;
  status: number | null;
  problem: string | null;
  complete: boolean;
  requestHeaders: Record<string, string>;
  answerHeaders: Record<string, string>;
  attempts: { tokenVersion: number; status: number | null; problem: string | null }[];
}

/** A consumer that may call everything, the API that it calls, and another server that must never be called. */
export class CallDesk {
  private constructor(
    readonly workspace: OpenWorkspace,
    readonly api: ScriptedServer,
    readonly elsewhere: ScriptedServer,
    readonly consumer: ApiClient,
    readonly key: string,
    private readonly known: boolean,
  ) {}

  /** @param options `known`: each token was read before its first call, and is remembered, so that calls are taken over early */
  static async start({
    known = false,
    ...options
  }: OpenWorkspaceOptions & { known?: boolean } = {}): Promise<CallDesk> {
    const [workspace, api, elsewhere] = await Promise.all([
      OpenWorkspace.start(options),
      ScriptedServer.start(),
      ScriptedServer.start(),
    ]);
    const made = { name: 'caller', entitlements: [{ apiService: '*' }] };
    const { key } = succeeded(await workspace.admin.post<{ key: string }>('/v1/consumers', made));
    return new CallDesk(workspace, api, elsewhere, workspace.admin.with(key), key, known);
  }

  async stop(): Promise<void> {
    await Promise.all([this.workspace.stop(), this.api.close(), this.elsewhere.close()]);
  }

  /** The API answers 200, nobody answers commands. */
  reset(): void {
    this.api.answers({ status: 200, body: { ok: true } });
    this.elsewhere.answers({ status: 200, body: 'a stranger' });
    this.workspace.credentials.leave();
  }

  async held(use: Partial<Use> = {}, changes: Partial<Publication> = {}): Promise<Callable> {
    const publication = publicationOf({ use: this.useOf(use), ...changes });
    await this.workspace.credentials.publish(publication);
    await this.workspace.knows(publication);
    if (this.known) await this.consumer.get(`/v1/tokens/sandbox/${encodeURIComponent(publication.user)}`);
    const door = `${this.workspace.url}/v1/proxy/sandbox/${encodeURIComponent(publication.user)}`;
    return { ...publication, door, accessToken: publication.token!.accessToken };
  }

  pass(door: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.key}`, ...(init.headers as Record<string, string>) };
    return fetch(`${door}/${path}`, { redirect: 'manual', ...init, headers });
  }

  /** The status of a GET whose path is sent exactly as it is written; fetch would resolve dots by itself. */
  statusOf(door: string, path: string): Promise<number> {
    const { hostname, port, pathname } = new URL(door);
    const headers = { authorization: `Bearer ${this.key}` };
    return new Promise((resolve, reject) => {
      const sent = rawRequest({ hostname, port, path: `${pathname}/${path}`, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      });
      sent.on('error', reject).end();
    });
  }

  request({ user }: Callable, body: object): Promise<ApiAnswer<Record<string, unknown> & ProblemBody>> {
    return this.consumer.post('/v1/requests', { apiService: 'sandbox', user, ...body });
  }

  /** credentials rotates for whoever asks. */
  rotating({ connectionId, user }: Callable, use: Partial<Use> = {}): Promise<void> {
    const { credentials } = this.workspace;
    return credentials.attend(async (command) => {
      const version = command.supersedes + 1;
      await credentials.publish(publicationOf({ connectionId, user, version, use: this.useOf(use) }));
      return replyOf(command);
    });
  }

  /** Newest first. */
  async callsOf({ connectionId }: Callable): Promise<TracedCall[]> {
    const path = `/v1/calls?connection=${connectionId}`;
    return succeeded(await this.workspace.admin.get<{ items: TracedCall[] }>(path)).items;
  }

  private useOf(changes: Partial<Use>): Use {
    return {
      baseUrls: [`${this.api.url}/v1`],
      header: 'Authorization',
      scheme: 'Bearer',
      query: null,
      headers: {},
      ...changes,
    };
  }
}
