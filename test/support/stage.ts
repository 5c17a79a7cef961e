import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { succeeded } from './api-client.js';
import { launchChromium } from './chromium.js';
import { ConsoleBrowser, type Look, PATIENCE_MS } from './console-browser.js';
import { Desk } from './desk.js';
import { Organisation } from './organisation.js';
import { System } from './workspaces.js';

export type WorkspaceName = 'credentials' | 'access-tokens';

/** What all stories in the browser stand on: one running system with the sandbox and the organisation's OpenID provider, and one Chromium. */
export class Stage {
  system!: System;
  desk!: Desk;
  chromium!: Browser;
  readonly opened: ConsoleBrowser[] = [];
  private organisation: Organisation | null = null;

  async open(): Promise<void> {
    this.organisation = await Organisation.draw();
    const env = {
      ...this.organisation.settings,
      CREDENTIALS_METADATA_AT_LEAST_SECONDS: '1',
      CREDENTIALS_ORGANISATION_NAME: 'Acme Studios',
      CREDENTIALS_ORGANISATION_COLOUR: '#7a1f5c',
    };
    [this.system, this.chromium] = await Promise.all([System.start({ env }), launchChromium()]);
    await this.organisation.start(this.system.credentialsUrl);
    this.desk = new Desk(this.system);
  }

  async close(): Promise<void> {
    await this.chromium?.close();
    await this.organisation?.stop();
    await this.system?.stop();
  }

  /** What they complained about stays. */
  async closeBrowsers(): Promise<void> {
    await Promise.all(this.opened.map((browser) => browser.close()));
  }

  urlOf(workspace: WorkspaceName): string {
    return workspace === 'credentials' ? this.system.credentialsUrl : this.system.accessTokensUrl;
  }

  adminKeyOf(workspace: WorkspaceName): string {
    return workspace === 'credentials' ? this.system.keys.credentialsAdmin : this.system.keys.accessTokensAdmin;
  }

  /** A stranger's browser, with nothing in it. */
  async context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.chromium.newContext(options);
    context.setDefaultTimeout(PATIENCE_MS);
    return context;
  }

  /** A browser that nobody is signed in with. */
  async browser(look: Look = {}): Promise<ConsoleBrowser> {
    const { credentialsUrl, accessTokensUrl, sandbox } = this.system;
    const one = await ConsoleBrowser.open(this.chromium, [credentialsUrl, accessTokensUrl, sandbox.url], look);
    this.opened.push(one);
    return one;
  }

  /** @param key an admin's, if not told */
  async signedIn(workspace: WorkspaceName, key = this.adminKeyOf(workspace), look: Look = {}): Promise<ConsoleBrowser> {
    const browser = await this.browser(look);
    await browser.signIn(this.urlOf(workspace), key);
    return browser;
  }

  /** The link that `npm start` prints. */
  async linkInto(workspace: WorkspaceName): Promise<string> {
    const client = workspace === 'credentials' ? this.system.admin : this.system.tokensAdmin;
    return succeeded(await client.post<{ url: string }>('/v1/session/links')).url;
  }

  async keyWithRole(workspace: WorkspaceName, role: string): Promise<string> {
    const client = workspace === 'credentials' ? this.system.admin : this.system.tokensAdmin;
    return succeeded(await client.post<{ key: string }>('/v1/keys', { name: `the ${role}`, role })).key;
  }

  async consumer(name: string, apiService: string): Promise<{ id: string; key: string }> {
    const body = { name, entitlements: [{ apiService }] };
    return succeeded(await this.system.tokensAdmin.post<{ id: string; key: string }>('/v1/consumers', body));
  }

  /** Registered, unless a story before did it. */
  async sandbox(slug = 'sandbox', name = 'Sandbox'): Promise<void> {
    const known = await this.system.admin.get(`/v1/api-services/${slug}`);
    if (known.status === 404) await this.desk.registerSandbox(slug, { name });
  }
}
