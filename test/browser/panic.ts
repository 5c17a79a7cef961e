import { describe, expect, it } from '@jest/globals';
import { seriousViolations } from '../support/accessibility.js';
import type { Stage } from '../support/stage.js';

const USERS = ['grace', 'hedy', 'katherine', 'barbara'].map((name) => `${name}@example.org`);

export const panic = (stage: Stage): void =>
  describe('panic', () => {
    it('G11 shows what it would hit, wants the name, is seen to move, and ends with a receipt for each', async () => {
      await stage.sandbox('leaky', 'Leaky');
      const connections = await Promise.all(USERS.map((user) => stage.desk.connect('leaky', user)));
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/panic');
      await page.getByRole('combobox', { name: 'API service' }).click();
      await page.getByRole('option', { name: 'leaky' }).click();
      await page.getByRole('combobox', { name: 'Pace' }).click();
      await page.getByRole('option', { name: 'One a second' }).click();
      await page.getByRole('switch', { name: 'Fetch new tokens where the grant survives' }).uncheck();
      await page.getByRole('button', { name: 'See what it would hit' }).click();
      await page.getByText('4 connections', { exact: true }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      const revoke = page.getByRole('button', { name: 'Revoke it all' });
      await page.getByLabel(/^Type/).fill('leak');
      expect(await revoke.isDisabled()).toBe(true);
      for (const connection of connections) expect((await stage.desk.look(connection)).status).toBe('active');
      await page.getByLabel(/^Type/).fill('leaky');
      await revoke.click();
      await page.getByRole('progressbar', { name: /^[1-3] of 4$/ }).waitFor();
      await page.getByRole('progressbar', { name: '4 of 4' }).waitFor();
      for (const connection of connections) expect((await stage.desk.look(connection)).status).toBe('revoked');
      await page.getByRole('button', { name: 'API service: leaky' }).click();
      for (const user of USERS) {
        const row = page.getByRole('table', { name: 'Receipts' }).getByRole('row', { name: user });
        await row.getByRole('listitem').getByText('Revoked').first().waitFor();
      }
      expect(await seriousViolations(page)).toEqual([]);
      await browser.picture('credentials-panic-receipts');
      // An address that can be sent to somebody else.
      await page.reload();
      await page.getByRole('dialog', { name: 'API service: leaky' }).getByRole('link', { name: USERS[0]! }).click();
      await page.getByRole('heading', { name: USERS[0]! }).waitFor();
    });
  });
