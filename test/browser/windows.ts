import { describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { seriousViolations } from '../support/accessibility.js';
import type { Stage, WorkspaceName } from '../support/stage.js';

interface Opened {
  workspace: WorkspaceName;
  path: string;
  /** What is pressed, one after the other; the focus comes back to the first. */
  by: (page: Page) => Locator[];
  name: string | RegExp;
  width?: number;
}

const MORE = (page: Page): Locator => page.getByRole('button', { name: 'More actions' });
const entry = (page: Page, name: string): Locator => page.getByRole('menuitem', { name });
const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name }).first();

const WINDOWS: Record<string, Opened> = {
  'a new connection': {
    workspace: 'credentials',
    path: '/connections',
    by: (page) => [button(page, 'New connection')],
    name: 'New connection',
  },
  'an authorization link': {
    workspace: 'credentials',
    path: '/connections/:connection',
    by: (page) => [button(page, 'Reauthorize')],
    name: /^Link for/,
  },
  'a revocation': {
    workspace: 'credentials',
    path: '/connections/:connection',
    by: (page) => [MORE(page), entry(page, 'Revoke…')],
    name: 'Revoke this connection',
  },
  'a retirement': {
    workspace: 'credentials',
    path: '/api-services/sandbox',
    by: (page) => [MORE(page), entry(page, 'Retire…')],
    name: /^Retire/,
  },
  'the check of the audit log': {
    workspace: 'credentials',
    path: '/audit',
    by: (page) => [button(page, 'Verify')],
    name: 'Verify the audit log',
  },
  'a new key': {
    workspace: 'credentials',
    path: '/keys',
    by: (page) => [button(page, 'New key')],
    name: 'New key',
  },
  'the navigation on a phone': {
    workspace: 'credentials',
    path: '/keys',
    by: (page) => [button(page, 'Open navigation')],
    name: 'credentials',
    width: 360,
  },
  'a token': {
    workspace: 'access-tokens',
    path: '/',
    by: (page) => [button(page, 'ada@example.com')],
    name: 'ada@example.com',
  },
  'a new consumer': {
    workspace: 'access-tokens',
    path: '/consumers',
    by: (page) => [button(page, 'New consumer')],
    name: 'New consumer',
  },
};

const MANY_TABS = 20;
const FOCUS_IS_INSIDE =
  '[...document.querySelectorAll("[role=dialog]")].some((dialog) => dialog.contains(document.activeElement))';

export const windows = (stage: Stage): void =>
  describe('a window over the page keeps the focus, closes by Escape, and gives the focus back:', () => {
    it.each(Object.entries(WINDOWS))('%s', async (_what, { workspace, path, by, name, width }) => {
      const browser = await stage.signedIn(workspace, stage.adminKeyOf(workspace), width ? { width } : {});
      const { page } = browser;
      const { id } = await stage.desk.open('sandbox', 'ada@example.com');
      await browser.turnTo(path.replace(':connection', id));
      const openers = by(page);
      for (const opener of openers) {
        await opener.waitFor();
        await opener.focus();
        await page.keyboard.press('Enter');
      }
      const window = page.getByRole('dialog', { name });
      await window.waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      for (const key of ['Tab', 'Shift+Tab'])
        for (let presses = 0; presses < MANY_TABS; presses += 1) {
          await page.keyboard.press(key);
          expect(await page.evaluate(FOCUS_IS_INSIDE)).toBe(true);
        }
      await page.keyboard.press('Escape');
      await window.waitFor({ state: 'detached' });
      await expectFocus(openers[0]!);
    });

    it('a key that is shown once, but for Escape: it would be gone', async () => {
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/keys');
      await button(page, 'New key').focus();
      await page.keyboard.press('Enter');
      await page.getByLabel('Name').fill('shown once');
      await page.keyboard.press('Enter');
      const window = page.getByRole('dialog', { name: 'The new key' });
      await window.getByText(/^lkc_/).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await window.getByText(/^lkc_/).waitFor();
      await window.getByRole('button', { name: 'I have it' }).press('Enter');
      await window.waitFor({ state: 'detached' });
      await expectFocus(button(page, 'New key'));
    });
  });

/** It goes back with the next turn of the page's clock. */
const expectFocus = async (element: Locator): Promise<void> => {
  await element.and(element.page().locator(':focus')).waitFor();
};
