import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** Where pictures of pages are written; none are, unless `npm run screens` asks for them. */
const PICTURES = process.env.LOCKKEEPER_SCREENS;
const MOST_BYTES = 145_000;
const HEIGHT = 900;
/** Long enough for a machine that has ten times as much to do. */
export const PATIENCE_MS = 90_000;
const PROJECT = resolve(import.meta.dirname, '..', '..');

export interface Complaint {
  page: string;
  what: string;
}

/** A person's browser at a console: what it complains about and whom it asks are kept. */
export class ConsoleBrowser {
  readonly complaints: Complaint[] = [];
  readonly strangers: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly origins: readonly string[],
  ) {}

  static async open(browser: Browser, origins: readonly string[], look: Look = {}): Promise<ConsoleBrowser> {
    const { scheme = 'light', width = 1440 } = look;
    const context = await browser.newContext({
      locale: 'en-US',
      colorScheme: scheme,
      viewport: { width, height: HEIGHT },
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const one = new ConsoleBrowser(context, await context.newPage(), origins);
    one.listen(one.page);
    context.on('page', (page) => one.listen(page));
    return one;
  }

  /** By the key, typed in. */
  async signIn(url: string, key: string): Promise<void> {
    await this.page.goto(`${url}/sign-in`);
    await this.page.getByLabel(/^Key/).fill(key);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await this.page.getByRole('heading', { level: 1 }).waitFor();
    await this.page.locator('main#main').waitFor();
  }

  /** Waits until nothing is loading any more. */
  async visit(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.locator('main#main h1').waitFor();
    await this.page.getByLabel('Loading').first().waitFor({ state: 'detached' });
  }

  /** To another page of the console that is open, as its links go: nothing is loaded anew. */
  async turnTo(path: string, heading?: string): Promise<void> {
    await this.page.evaluate(
      `history.pushState({}, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
    );
    if (heading) await this.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
    await this.drawn(); // what was there before is gone by then
    await this.page.getByLabel('Loading').first().waitFor({ state: 'detached' });
  }

  /** In the same document, as a person changes it at their system: nothing is loaded anew. */
  async lookAt({ scheme, width }: Required<Look>): Promise<void> {
    await this.page.emulateMedia({ colorScheme: scheme });
    await this.page.setViewportSize({ width, height: HEIGHT });
    await this.page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
    await this.drawn();
  }

  isWiderThanTheScreen(): Promise<boolean> {
    return this.page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
  }

  async picture(name: string): Promise<void> {
    if (!PICTURES) return;
    const folder = resolve(PROJECT, PICTURES);
    mkdirSync(folder, { recursive: true });
    const whole = await this.page.screenshot({ animations: 'disabled' });
    const { width } = this.page.viewportSize()!;
    const clip = { x: 0, y: 0, width, height: 600 };
    // Pages full of ids don't compress: of these, the upper part.
    const small = whole.length <= MOST_BYTES ? whole : await this.page.screenshot({ animations: 'disabled', clip });
    writeFileSync(join(folder, `${name}.png`), small);
  }

  close(): Promise<void> {
    return this.context.close();
  }

  private async drawn(): Promise<void> {
    await this.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  }

  private isOurs(url: string): boolean {
    return URL.canParse(url) && this.origins.includes(new URL(url).origin);
  }

  private listen(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error' && this.isOurs(page.url()))
        this.complaints.push({ page: page.url().split('#')[0]!, what: message.text() });
    });
    page.on('pageerror', (error) => this.complaints.push({ page: page.url().split('#')[0]!, what: error.message }));
    page.on('request', (request) => {
      const url = new URL(request.url());
      // What the pages of others ask for is no business of ours, nor is where a person goes.
      if (request.isNavigationRequest() || !this.isOurs(page.url()) || this.isOurs(request.url())) return;
      if (/^https?:$/.test(url.protocol)) this.strangers.push(request.url());
    });
  }
}

export interface Look {
  scheme?: 'light' | 'dark';
  width?: number;
}
