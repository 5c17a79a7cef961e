import { type ApiAnswer, type ApiClient, type ProblemBody, succeeded } from './api-client.js';
import { Browser, type Page } from './browser.js';
import { rowsOf } from './database-copy.js';
import { eventually } from './eventually.js';
import type { Provider } from './provider.js';
import type { System } from './workspaces.js';

/** As credentials shows a connection. */
export interface ConnectionView {
  id: string;
  apiService: string;
  user: string;
  status: string;
  version: number;
  scope: string | null;
  expiresAt: string | null;
  refreshAt: string | null;
  refreshable: boolean;
  fault: { owner: string; code: string; hint: string | null } | null;
}

/** As access-tokens hands out a token. */
export interface TokenView {
  accessToken: string;
  tokenType: string;
  scope: string | null;
  expiresAt: string | null;
  version: number;
  connectionId: string;
}

export interface RefreshView {
  outcome: string;
  status: string;
  version: number;
  hint: string | null;
  retryAfterSeconds: number | null;
}

export interface TimelineEntry {
  event: string;
  version: number;
  detail: string;
  hint: string | null;
  steps: { url: string; status: number | null }[];
}

/** A user's consent at one API service, and the means to use it. */
export interface Connected {
  id: string;
  apiService: string;
  user: string;
}

let users = 0;

/** Many consents at once may take longer than an admin's link lives; that it dies after 30 seconds is a story of its own. */
const LASTING = { ttlSeconds: 600 };

/** What the people of a story do in credentials and access-tokens, one call for each thing that a person would call one. */
export class Desk {
  private readonly consumers = new Map<string, ApiClient>();

  constructor(private readonly system: System) {}

  private get admin(): ApiClient {
    return this.system.admin;
  }

  /** The catalogue's sandbox, with the client that the sandbox knows from the start. */
  async registerSandbox(slug = 'sandbox', more: object = {}): Promise<void> {
    const { clientId, clientSecret } = this.system.sandbox;
    const body = { slug, name: slug, catalogue: 'sandbox', clientId, clientSecret, ...more };
    succeeded(await this.admin.post('/v1/api-services', body));
  }

  /** A scripted provider by the five fields. */
  async registerProvider(slug: string, provider: Provider, more: object = {}): Promise<void> {
    const { id: clientId, secret: clientSecret } = provider.client;
    const addresses = { authorizeUrl: provider.address('authorize'), tokenUrl: provider.address('token') };
    const body = { slug, name: slug, clientId, clientSecret, ...addresses, ...more };
    succeeded(await this.admin.post('/v1/api-services', body));
  }

  /** A scripted provider by a manifest that says more than the five fields can. */
  async registerManifest(slug: string, provider: Provider, more: object): Promise<void> {
    const { id: clientId, secret: clientSecret } = provider.client;
    const manifest = {
      manifest: 1,
      authorize: { url: provider.address('authorize') },
      token: { url: provider.address('token') },
      ...more,
    };
    succeeded(await this.admin.post('/v1/api-services', { slug, name: slug, clientId, clientSecret, manifest }));
  }

  /** @param user one that nobody had yet, if not told */
  async open(apiService: string, user = `user-${(users += 1)}`): Promise<Connected> {
    const { id } = succeeded(await this.admin.post<ConnectionView>('/v1/connections', { apiService, user }));
    return { id, apiService, user };
  }

  async link(connection: Connected, body: object = {}): Promise<string> {
    const path = `/v1/connections/${connection.id}/authorization-links`;
    return succeeded(await this.admin.post<{ url: string }>(path, body)).url;
  }

  /**
   * The user's way through link and consent, to the page where it ends. Where the provider shows a page with a form, it is allowed.
   * @param until stops before a redirect to an address that begins with it
   */
  async consent(connection: Connected, browser = new Browser(), until?: string): Promise<Page> {
    const page = await browser.enter(await this.link(connection, LASTING), until);
    const choice = { form: 'allow', ...(until !== undefined && { until }) };
    return page.forms.some((form) => form.id === 'allow') ? browser.submit(page, choice) : page;
  }

  /** A connection with a token that can be read. */
  async connect(apiService: string, user?: string): Promise<Connected> {
    const connection = await this.open(apiService, user);
    const page = await this.consent(connection);
    if (page.status !== 200) throw new Error(`The consent ended with ${page.status} “${page.title}”: ${page.text}`);
    await this.reads(connection, 1);
    return connection;
  }

  async look({ id }: Connected): Promise<ConnectionView> {
    return succeeded(await this.admin.get<ConnectionView>(`/v1/connections/${id}`));
  }

  /** Newest first. */
  async timeline({ id }: Connected): Promise<TimelineEntry[]> {
    return succeeded(await this.admin.get<{ items: TimelineEntry[] }>(`/v1/connections/${id}/timeline`)).items;
  }

  /** Until its timeline has an event of that name: whichever replica was faster. */
  async tells(connection: Connected, event: string): Promise<TimelineEntry> {
    return eventually(async () => (await this.timeline(connection)).find((entry) => entry.event === event) ?? false, {
      what: `the timeline tells ${event}`,
    });
  }

  async refresh({ id }: Connected, supersedes?: number): Promise<RefreshView> {
    const body = supersedes === undefined ? {} : { supersedes };
    return succeeded(await this.admin.post<RefreshView>(`/v1/connections/${id}/refresh`, body));
  }

  /** Its own turn to be refreshed comes then. */
  async dueIn({ id }: Connected, seconds: number): Promise<void> {
    const statement = 'UPDATE connections SET refresh_at = now() + make_interval(secs => $2) WHERE id = $1';
    await rowsOf(this.system.databases.credentialsDatabaseUrl, statement, [id, seconds]);
  }

  revoke({ id }: Connected): Promise<ApiAnswer<{ receipt: { outcome: string } | null }>> {
    return this.admin.post(`/v1/connections/${id}/revoke`);
  }

  /** A program that may read every token of the API service. */
  async consumerOf(apiService: string): Promise<ApiClient> {
    const known = this.consumers.get(apiService);
    if (known) return known;
    const body = { name: `reader of ${apiService}`, entitlements: [{ apiService }] };
    const { key } = succeeded(await this.system.tokensAdmin.post<{ key: string }>('/v1/consumers', body));
    const consumer = this.system.tokensAdmin.with(key);
    this.consumers.set(apiService, consumer);
    return consumer;
  }

  /** One try to read the token. */
  async read(connection: Connected, query = ''): Promise<ApiAnswer<TokenView & ProblemBody>> {
    const consumer = await this.consumerOf(connection.apiService);
    return consumer.get<TokenView & ProblemBody>(`${tokenPath(connection)}${query}`);
  }

  /** The token, once it can be read in this version or a newer one. */
  async reads(connection: Connected, version: number): Promise<TokenView> {
    return eventually(
      async () => {
        const token = succeeded(await this.read(connection));
        return token.version >= version && token;
      },
      { what: `version ${version} can be read` },
    );
  }

  /** The refusal, once reading is refused with this code. */
  async isRefused(connection: Connected, code: string): Promise<ProblemBody> {
    return eventually(
      async () => {
        const { status, body, text } = await this.read(connection);
        if (status < 400 || body.code !== code) throw new Error(`the last answer was ${status} ${text}`);
        return body;
      },
      { what: `reading is refused with ${code}` },
    );
  }

  /** The connection, once it has this status. */
  async becomes(connection: Connected, status: string): Promise<ConnectionView> {
    return eventually(
      async () => {
        const seen = await this.look(connection);
        if (seen.status !== status) throw new Error(`it is ${seen.status}, version ${seen.version}`);
        return seen;
      },
      { what: `the connection is ${status}` },
    );
  }
}

export const tokenPath = ({ apiService, user }: Connected): string =>
  `/v1/tokens/${apiService}/${encodeURIComponent(user)}`;
