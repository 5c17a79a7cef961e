import { describe, expect, it } from '@jest/globals';
import type { Stage } from '../support/stage.js';

export const connections = (stage: Stage): void =>
  describe('a connection', () => {
    it('is tested, refreshed, and told step by step, with nothing secret in the steps', async () => {
      const connection = await stage.desk.connect('sandbox', 'stepwise@example.com');
      const browser = await stage.signedIn('credentials', await stage.keyWithRole('credentials', 'operator'));
      const { page } = browser;
      await browser.turnTo(`/connections/${connection.id}`);
      await page.getByRole('button', { name: 'Test', exact: true }).click();
      await page.getByText('The token works').waitFor();
      await page.getByRole('button', { name: 'Refresh', exact: true }).click();
      // The oldest: others may follow by themselves.
      const rotated = page.getByRole('listitem').filter({ has: page.locator('b', { hasText: 'rotated' }) });
      const refresh = rotated.last().locator('details').first();
      await refresh.locator('summary').press('Enter');
      await refresh.getByText('grant_type=refresh_token').waitFor();
      await refresh.getByText('***').first().waitFor();
      const { accessToken } = await stage.desk.reads(connection, 2);
      expect(await page.content()).not.toContain(accessToken);
    });

    it('is revoked after a look at whom that hits, by its name, with a receipt', async () => {
      const connection = await stage.desk.connect('sandbox', 'revoked@example.com');
      const browser = await stage.signedIn('credentials', await stage.keyWithRole('credentials', 'operator'));
      const { page } = browser;
      await browser.turnTo(`/connections/${connection.id}`);
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Revoke…' }).click();
      await page.getByText(/reader of sandbox read its token/).waitFor();
      expect((await stage.desk.look(connection)).status).toBe('active');
      await page.getByLabel(/^Type/).fill('revoked@example.com');
      await page.getByRole('button', { name: 'Revoke it' }).click();
      await page.getByText('The provider revoked its tokens.').waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByText('Revoked', { exact: true }).first().waitFor();
      expect((await stage.desk.look(connection)).status).toBe('revoked');
    });

    it('that will die is found by filters that are part of the address', async () => {
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/forecast');
      await page.getByRole('combobox', { name: 'Dies within' }).click();
      await page.getByRole('option', { name: '7 days' }).click();
      await page.getByRole('link', { name: 'sales@example.com' }).waitFor({ state: 'detached' });
      expect(page.url()).toContain('withinDays=7');
      await page.reload();
      await page.getByRole('link', { name: 'grace@example.org' }).waitFor();
      expect(await page.getByRole('link', { name: 'sales@example.com' }).count()).toBe(0);
    });
  });
