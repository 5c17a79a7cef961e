import { randomBytes } from 'node:crypto';
import type { LockkeeperEvent } from '@lockkeeper/contracts';
import { ApiClient, succeeded } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import type { EventListener } from '../support/event-listener.js';
import { eventually } from '../support/eventually.js';
import type { Installation } from './installation.js';
import { type Transcript, ensure, mask, maskAddress } from './transcript.js';

interface Token {
  accessToken: string;
  tokenType: string;
  scope: string | null;
  expiresAt: string;
  version: number;
}

interface ConnectionState {
  id: string;
  status: string;
  version: number;
  refreshAt: string | null;
}

const USER = 'ada@example.org';

/** One connection's life, from the first door to the last, told as it happens. */
export class Story {
  readonly slug = `demo-${randomBytes(3).toString('hex')}`;
  private readonly admin: ApiClient;
  private readonly tokensAdmin: ApiClient;
  private consumer!: ApiClient;
  private connectionId = '';
  private consumerId = '';
  private link = '';
  private first!: Token;
  private second!: Token;

  constructor(
    private readonly at: Installation,
    private readonly transcript: Transcript,
    private readonly events: (slug: string) => Promise<EventListener>,
  ) {
    this.admin = new ApiClient(at.credentialsUrl, at.keys.credentialsAdmin);
    this.tokensAdmin = new ApiClient(at.accessTokensUrl, at.keys.accessTokensAdmin);
  }

  async tell(): Promise<void> {
    const listener = await this.events(this.slug);
    try {
      await this.register();
      await this.consent(listener);
      await this.read();
      await this.rotate(listener);
      await this.revoke(listener);
    } finally {
      await listener.stop();
      await this.cleanUp();
    }
  }

  private async register(): Promise<void> {
    const { transcript, slug } = this;
    transcript.chapter('An admin registers an API service');
    await transcript.step(`POST /v1/api-services, “${slug}” from the catalogue's entry for the sandbox`, async () => {
      const client = await registerClient(this.at.sandboxUrl, `${this.at.credentialsUrl}/callback/${slug}`);
      const answer = await this.admin.post('/v1/api-services', { slug, name: 'Demo', catalogue: 'sandbox', ...client });
      succeeded(answer);
      ensure(!answer.text.includes(client.clientSecret), 'The answer repeats the client secret');
      return `client id ${mask(client.clientId)}, client secret ${mask(client.clientSecret)}: kept sealed, never shown again`;
    });
    await transcript.step(`POST /v1/connections for ${USER}`, async () => {
      const connection = succeeded(
        await this.admin.post<ConnectionState>('/v1/connections', { apiService: slug, user: USER }),
      );
      this.connectionId = connection.id;
      return `connection ${connection.id}, ${connection.status}`;
    });
  }

  private async consent(listener: EventListener): Promise<void> {
    const { transcript } = this;
    transcript.chapter('The user consents');
    await transcript.step('POST …/authorization-links', async () => {
      const path = `/v1/connections/${this.connectionId}/authorization-links`;
      const { url, expiresAt } = succeeded(await this.admin.post<{ url: string; expiresAt: string }>(path));
      this.link = url;
      const seconds = Math.round((Date.parse(expiresAt) - Date.now()) / 1000);
      return `${maskAddress(url)}: for one use, within ${seconds} s`;
    });
    await transcript.step('the user opens the link, sees who asks for what, continues, and allows it', async () => {
      const browser = new Browser();
      const page = await browser.enter(this.link);
      ensure(
        page.forms.some((form) => form.id === 'allow'),
        `There is nothing to allow on “${page.title}”: ${page.text}`,
      );
      const done = await browser.submit(page, { form: 'allow' });
      ensure(done.status === 200, `The consent ended with ${done.status}, “${done.title}”: ${done.text}`);
      ensure(!done.url.includes('code='), 'The last page has the code in its address');
      return `“${page.title}”\n${browser.hops.map((hop) => `${hop.method} ${maskAddress(hop.url)} → ${hop.status}`).join('\n')}\n“${done.title}”`;
    });
    await transcript.step('the same link a second time is refused', async () => {
      const again = await new Browser().open(this.link);
      ensure(again.status >= 400, `It was answered with ${again.status}`);
      return `${again.status} “${again.title}”`;
    });
    await transcript.step('consumers hear of it over NATS', async () => {
      const event = await listener.hears('connection.authorized');
      return describeEvent(event);
    });
  }

  private async read(): Promise<void> {
    const { transcript } = this;
    transcript.chapter('A program reads the token in the other workspace, and calls the API');
    await transcript.step('POST /v1/consumers, entitled to this API service alone', async () => {
      const body = { name: this.slug, entitlements: [{ apiService: this.slug }] };
      const { id, key } = succeeded(await this.tokensAdmin.post<{ id: string; key: string }>('/v1/consumers', body));
      this.consumerId = id;
      this.consumer = this.tokensAdmin.with(key);
      return `its key, shown once: ${mask(key)}`;
    });
    await transcript.step(`GET /v1/tokens/${this.slug}/${USER} with the consumer's key`, async () => {
      this.first = await this.readVersion(1);
      return describeToken(this.first);
    });
    await transcript.step('the sandbox’s API takes it', async () => {
      const { status, text } = await this.callApi(this.first);
      ensure(status === 200, `It answered ${status}: ${text}`);
      return `GET ${this.at.sandboxUrl}/api/me → ${status} ${text}`;
    });
  }

  private async rotate(listener: EventListener): Promise<void> {
    const { transcript } = this;
    transcript.chapter('Tokens are replaced before they die');
    await transcript.step('without anybody asking, version 2 replaces version 1', async () => {
      const { refreshAt } = succeeded(await this.admin.get<ConnectionState>(`/v1/connections/${this.connectionId}`));
      transcript.say(`due at ${refreshAt ?? 'an unknown time'}; it is ${new Date().toISOString()}`);
      const event = await listener.hears('token.rotated', ({ data }) => data.version === 2);
      return describeEvent(event);
    });
    await transcript.step('the event came after the new token could be read', async () => {
      this.second = succeeded(await this.consumer.get<Token>(this.tokenPath));
      ensure(this.second.version === 2, `Version ${this.second.version} was read`);
      ensure((await this.callApi(this.second)).status === 200, 'The sandbox does not take the new token');
      return describeToken(this.second);
    });
    await transcript.step('the sandbox refuses the old token, which was revoked there', async () => {
      const refused = await eventually(async () => (await this.callApi(this.first)).status === 401 && 401, {
        what: 'the old token is refused',
        deadlineMs: 5000,
      });
      ensure(Date.parse(this.first.expiresAt) > Date.now(), 'It has expired by itself meanwhile, which proves nothing');
      return `GET ${this.at.sandboxUrl}/api/me with version 1 → ${refused}, before its time`;
    });
    await transcript.step('POST …/refresh, by an operator, makes version 3', async () => {
      const path = `/v1/connections/${this.connectionId}/refresh`;
      const { outcome, version } = succeeded(await this.admin.post<{ outcome: string; version: number }>(path));
      ensure(outcome === 'rotated' && version === 3, `It answered ${outcome}, version ${version}`);
      return describeToken(await this.readVersion(3));
    });
  }

  private async revoke(listener: EventListener): Promise<void> {
    const { transcript } = this;
    transcript.chapter('A connection is revoked');
    const last = await this.readVersion(3);
    await transcript.step('POST …/revoke', async () => {
      const path = `/v1/connections/${this.connectionId}/revoke`;
      const { receipt } = succeeded(await this.admin.post<{ receipt: { outcome: string; detail: string } }>(path));
      ensure(receipt.outcome === 'revoked', `The provider’s receipt says ${receipt.outcome}: ${receipt.detail}`);
      return `the provider's receipt: ${receipt.outcome}. ${receipt.detail}`;
    });
    await transcript.step('reading is refused, with the reason', async () => {
      const refused = await eventually(
        async () => {
          const answer = await this.consumer.get<{ code: string; detail: string; hint: string }>(this.tokenPath);
          return answer.status >= 400 && answer;
        },
        { what: 'reading is refused' },
      );
      ensure(refused.text.includes('revoked'), `The reason is another one: ${refused.text}`);
      return `${refused.status} ${refused.body.code}: ${refused.body.detail} ${refused.body.hint ?? ''}`;
    });
    await transcript.step('consumers hear of it, and the sandbox refuses the last token', async () => {
      const event = await listener.hears('token.revoked');
      const { status } = await this.callApi(last);
      ensure(status === 401, `The sandbox answered ${status}`);
      return describeEvent(event);
    });
  }

  private get tokenPath(): string {
    return `/v1/tokens/${this.slug}/${encodeURIComponent(USER)}`;
  }

  private readVersion(version: number): Promise<Token> {
    return eventually(
      async () => {
        const token = succeeded(await this.consumer.get<Token>(this.tokenPath));
        return token.version >= version && token;
      },
      { what: `version ${version} can be read` },
    );
  }

  private async callApi({ accessToken, tokenType }: Token): Promise<{ status: number; text: string }> {
    const headers = { authorization: `${tokenType} ${accessToken}` };
    const response = await fetch(`${this.at.sandboxUrl}/api/me`, { headers });
    return { status: response.status, text: await response.text() };
  }

  /** A running installation is left as it was found. */
  private async cleanUp(): Promise<void> {
    await this.admin.delete(`/v1/api-services/${this.slug}?force=true`);
    if (this.consumerId) await this.tokensAdmin.delete(`/v1/consumers/${this.consumerId}`);
  }
}

/** A client of its own at the sandbox, by dynamic registration (RFC 7591). */
async function registerClient(
  sandboxUrl: string,
  redirectUri: string,
): Promise<{ clientId: string; clientSecret: string }> {
  const response = await fetch(`${sandboxUrl}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Lockkeeper’s demo',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
    }),
  });
  ensure(response.ok, `The sandbox registers no client: ${response.status} ${await response.clone().text()}`);
  const registered = (await response.json()) as { client_id: string; client_secret: string };
  return { clientId: registered.client_id, clientSecret: registered.client_secret };
}

function describeEvent({ type, data }: LockkeeperEvent): string {
  const { user, version, status, expiresAt } = data;
  return `${type}: ${user}, version ${version}, ${status}${expiresAt ? `, expires at ${expiresAt}` : ''}`;
}

function describeToken({ accessToken, tokenType, scope, version, expiresAt }: Token): string {
  const seconds = Math.round((Date.parse(expiresAt) - Date.now()) / 1000);
  return `version ${version}: ${tokenType} ${mask(accessToken)}, scope “${scope ?? ''}”, expires in ${seconds} s`;
}
