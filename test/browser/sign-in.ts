import { describe, expect, it } from '@jest/globals';
import type { ConsoleBrowser } from '../support/console-browser.js';
import type { Stage } from '../support/stage.js';

export const signIns = (stage: Stage): void =>
  describe('signing in', () => {
    it('goes by the organisation’s OpenID provider, with a button of its name', async () => {
      const { page } = await stage.browser();
      await page.goto(stage.system.credentialsUrl);
      await page.getByRole('link', { name: 'Sign in with the organisation' }).click();
      await page.locator('input[name=login]').fill('readers');
      await page.locator('input[name=password]').fill('x');
      await page.locator('button[type=submit]').click();
      await page.locator('button[type=submit]').click();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.getByRole('button', { name: /readers of the organisation.*auditor, by OpenID/ }).waitFor();
    });

    it('and all that follows goes by keyboard alone, with the focus in sight', async () => {
      const browser = await stage.browser();
      const { page } = browser;
      await page.goto(stage.system.credentialsUrl);
      await page.getByLabel(/^Key/).waitFor(); // it has the focus by itself
      await page.keyboard.insertText(stage.system.keys.credentialsAdmin);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.keyboard.press('Tab');
      expect(await focused(browser)).toMatchObject({ text: 'Skip to the page', outlined: true });
      await page.keyboard.press('Enter');
      expect(await focused(browser)).toMatchObject({ id: 'main' });
      await page.getByRole('link', { name: 'Panic' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Panic' }).waitFor();
      // A new page is read from its beginning.
      expect(await focused(browser)).toMatchObject({ id: 'main' });
    });

    it('and whoever is signed in chooses light or dark, which stays', async () => {
      const { page, complaints } = await stage.signedIn('credentials');
      await page.getByRole('button', { name: /first admin key/ }).click();
      await page.getByRole('menuitem', { name: 'Dark' }).click();
      const dark = page.locator('html[data-mantine-color-scheme=dark]');
      await dark.waitFor();
      await page.reload();
      await dark.waitFor();
      expect(complaints).toEqual([]);
    });

    it('says why it did not work, and what to do; and everywhere is signed out at once', async () => {
      const [browser, other] = [await stage.browser(), await stage.signedIn('credentials')];
      const { page } = browser;
      await page.goto(stage.system.credentialsUrl);
      await page.getByLabel(/^Key/).fill('lkc_nothing');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('alert').waitFor();
      browser.complaints.length = 0; // the refusal just provoked
      await browser.signIn(stage.system.credentialsUrl, stage.system.keys.credentialsAdmin);
      await page.getByRole('button', { name: /first admin key/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out everywhere' }).click();
      await page.getByRole('heading', { name: 'Sign in to credentials' }).waitFor();
      await other.page.reload();
      await other.page.getByRole('heading', { name: 'Sign in to credentials' }).waitFor();
      other.complaints.length = 0;
    });
  });

const focused = ({ page }: ConsoleBrowser): Promise<{ id: string; text: string; outlined: boolean }> =>
  page.evaluate(
    `(({ id, textContent }) => ({ id, text: textContent.trim().slice(0, 40), outlined: getComputedStyle(document.activeElement).outlineStyle !== 'none' }))(document.activeElement)`,
  );
