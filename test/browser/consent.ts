import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import type { Stage } from '../support/stage.js';

/** To the provider, over the page that says who asks. */
async function enter(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('form#continue button').click();
  await page.waitForURL((url) => url.href !== link);
}

/** The end user's way, in the program that end users have: cookies, redirects, policies and pages as a real browser takes them. */
export const consents = (stage: Stage): void =>
  describe('a consent', () => {
    let context: BrowserContext;
    let page: Page;
    const complaints: string[] = [];
    const strangers: string[] = [];

    beforeAll(() => stage.sandbox());
    beforeEach(async () => {
      context = await stage.context();
      page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('request', (request) => {
        const origin = new URL(request.url()).origin;
        if (![stage.system.credentialsUrl, stage.system.sandbox.url].includes(origin)) strangers.push(request.url());
      });
    });
    afterEach(() => context.close());

    it('takes one click here and one there, and ends on a page that says so, with no code in the address and nothing left to go back to', async () => {
      const connection = await stage.desk.open('sandbox');
      await enter(page, await stage.desk.link(connection));
      expect(new URL(page.url()).origin).toBe(stage.system.sandbox.url);
      await page.locator('form#allow button').click();
      await page.waitForURL(`${stage.system.credentialsUrl}/connected?connection=*`);
      expect(await page.getByRole('heading').textContent()).toBe('Connected');
      expect((await stage.desk.reads(connection, 1)).version).toBe(1);
      const cookies = await context.cookies(stage.system.credentialsUrl);
      expect(cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite === 'Lax')).toBe(true);
    });

    it('explains a link that was used, and shows no more than that', async () => {
      const connection = await stage.desk.open('sandbox');
      const link = await stage.desk.link(connection);
      await enter(page, link);
      const answer = await page.goto(link);
      expect(answer!.status()).toBe(410);
      expect(await page.getByRole('heading').textContent()).toBe('This link can’t be used any more');
      expect(await page.locator('.hint').textContent()).toContain('new link');
    });

    it('leaves an address that is worth nothing in another browser', async () => {
      const connection = await stage.desk.open('sandbox');
      await enter(page, await stage.desk.link(connection));
      const callback = page.waitForRequest((request) => request.url().includes('/callback/sandbox'));
      await page.locator('form#allow button').click();
      const thief = await stage.context();
      const stolen = await thief.newPage();
      const answer = await stolen.goto((await callback).url());
      expect(answer!.status()).toBe(403);
      expect(await stolen.getByRole('heading').textContent()).toContain('another browser');
      await thief.close();
    });

    it('D128 works in two tabs at once', async () => {
      const connections = [
        await stage.desk.open('sandbox', 'first tab'),
        await stage.desk.open('sandbox', 'second tab'),
      ];
      const tabs = [page, await context.newPage()];
      for (const [index, tab] of tabs.entries()) await enter(tab, await stage.desk.link(connections[index]!));
      for (const tab of tabs) {
        await tab.locator('form#allow button').click();
        await tab.waitForURL(`${stage.system.credentialsUrl}/connected?connection=*`);
      }
      for (const connection of connections) expect((await stage.desk.look(connection)).status).toBe('active');
    });

    it('fits on a phone', async () => {
      await page.setViewportSize({ width: 360, height: 640 });
      await page.goto(`${stage.system.credentialsUrl}/connect/nothing`);
      const wide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
      expect(wide).toBe(false);
      expect(complaints.splice(0).every((text) => /status of 4\d\d/.test(text))).toBe(true);
    });

    it('made no request to anybody else', () => expect(strangers).toEqual([]));
  });
