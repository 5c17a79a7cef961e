import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium.js';
import { Desk } from '../support/desk.js';
import { System } from '../support/workspaces.js';

/** The end user's way, in the program that end users have: cookies, redirects, policies and pages as a real browser takes them. */
describe('a consent in Chromium', () => {
  let system: System;
  let desk: Desk;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];
  const strangers: string[] = [];

  beforeAll(async () => {
    [system, chromium] = await Promise.all([System.start(), launchChromium()]);
    desk = new Desk(system);
    await desk.registerSandbox();
  });
  beforeEach(async () => {
    context = await chromium.newContext();
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('request', (request) => {
      const origin = new URL(request.url()).origin;
      if (![system.credentialsUrl, system.sandbox.url].includes(origin)) strangers.push(request.url());
    });
  });
  afterEach(() => context.close());
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
  });

  it('takes one click and ends on a page that says so, with no code in the address and nothing left to go back to', async () => {
    const connection = await desk.open('sandbox');
    await page.goto(await desk.link(connection));
    expect(new URL(page.url()).origin).toBe(system.sandbox.url);
    await page.locator('form#allow button').click();
    await page.waitForURL(`${system.credentialsUrl}/connected`);
    expect(await page.getByRole('heading').textContent()).toBe('Connected');
    expect((await desk.reads(connection, 1)).version).toBe(1);
    const cookies = await context.cookies(system.credentialsUrl);
    expect(cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite === 'Lax')).toBe(true);
  });

  it('explains a link that was used, and shows no more than that', async () => {
    const connection = await desk.open('sandbox');
    const link = await desk.link(connection);
    await page.goto(link);
    const answer = await page.goto(link);
    expect(answer!.status()).toBe(410);
    expect(await page.getByRole('heading').textContent()).toBe('This link can’t be used any more');
    expect(await page.locator('.hint').textContent()).toContain('new link');
  });

  it('leaves an address that is worth nothing in another browser', async () => {
    const connection = await desk.open('sandbox');
    await page.goto(await desk.link(connection));
    const callback = page.waitForRequest((request) => request.url().includes('/callback/sandbox'));
    await page.locator('form#allow button').click();
    const thief = await chromium.newContext();
    const stolen = await thief.newPage();
    const answer = await stolen.goto((await callback).url());
    expect(answer!.status()).toBe(403);
    expect(await stolen.getByRole('heading').textContent()).toContain('another browser');
    await thief.close();
  });

  it('works in two tabs at once', async () => {
    const connections = [await desk.open('sandbox', 'first tab'), await desk.open('sandbox', 'second tab')];
    const tabs = [page, await context.newPage()];
    for (const [index, tab] of tabs.entries()) await tab.goto(await desk.link(connections[index]!));
    for (const tab of tabs) {
      await tab.locator('form#allow button').click();
      await tab.waitForURL(`${system.credentialsUrl}/connected`);
    }
    for (const connection of connections) expect((await desk.look(connection)).status).toBe('active');
  });

  it('fits on a phone', async () => {
    await page.setViewportSize({ width: 360, height: 640 });
    await page.goto(`${system.credentialsUrl}/connect/nothing`);
    const wide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
    expect(wide).toBe(false);
    expect(complaints.splice(0).every((text) => /status of 4\d\d/.test(text))).toBe(true);
  });

  it('made no request to anybody else', () => expect(strangers).toEqual([]));
});
