import { describe, expect, it } from '@jest/globals';
import { seriousViolations } from '../support/accessibility.js';
import { succeeded } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { ScriptedServer } from '../support/scripted-server.js';
import type { Stage } from '../support/stage.js';

/** Refreshed, so that an event goes out. */
async function rotate(stage: Stage): Promise<void> {
  const { items } = (await stage.system.admin.get<{ items: { id: string }[] }>('/v1/connections?user=ada@example.com'))
    .body;
  succeeded(await stage.system.admin.post(`/v1/connections/${items[0]!.id}/refresh`));
}

export const live = (stage: Stage): void =>
  describe('the access-tokens console', () => {
    it('tells of a rotation as it happens, and of what happened while it was paused', async () => {
      const browser = await stage.signedIn('access-tokens');
      const { page } = browser;
      await page.getByRole('link', { name: 'Events' }).click();
      await page.getByText('listening', { exact: true }).waitFor();
      const rotations = page.getByRole('list', { name: 'Events' }).locator('strong', { hasText: 'token.rotated' });
      await rotate(stage);
      await rotations.first().waitFor();
      await browser.picture('events');
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByText('paused', { exact: true }).waitFor();
      const before = await rotations.count();
      await rotate(stage);
      await page.getByRole('button', { name: 'Go on' }).click();
      await eventually(async () => (await rotations.count()) > before, { what: 'what was missed is told' });
    });

    it('opens the token that an address names, also where its list doesn’t show it', async () => {
      const browser = await stage.signedIn('access-tokens');
      const { id } = await stage.desk.open('sandbox', 'ada@example.com');
      await browser.visit(`${stage.system.accessTokensUrl}/?search=nobody-like-this&connection=${id}`);
      await browser.page.getByText('No token fits these filters.').waitFor();
      await browser.page.getByRole('dialog', { name: 'ada@example.com' }).getByText('Who read it').first().waitFor();
    });

    it('P3 P4 makes a call on behalf of a connection, and finds in its answer', async () => {
      const { key } = await stage.consumer('caller', 'sandbox');
      const browser = await stage.signedIn('access-tokens');
      const { page } = browser;
      await page.getByRole('link', { name: 'Request' }).click();
      await page.getByLabel('Consumer’s key').fill(key);
      await page.getByRole('combobox', { name: 'API service' }).fill('sandbox');
      await page.getByRole('combobox', { name: 'User' }).fill('ada@example.com');
      await page.getByText(`${stage.system.sandbox.url}/`).waitFor(); // where the token may travel
      await page.getByLabel(/^URL/).fill('/me');
      await page.getByText('By key', { exact: true }).click();
      await page.getByLabel(/^Key/).fill('login');
      await page.getByRole('button', { name: 'Send it' }).click();
      await page.getByLabel('Body', { exact: true }).locator('mark').first().waitFor();
      expect(await page.getByLabel('The same call').textContent()).toContain('"find": "login"');
      await page.getByText('SDK', { exact: true }).click();
      expect(await page.getByLabel('The same call').textContent()).toContain('lockkeeper.request("sandbox"');
      expect(await seriousViolations(page)).toEqual([]);
      await browser.picture('request');
    });

    it('makes a webhook, shows what became of each delivery, and delivers again', async () => {
      const receiver = await ScriptedServer.start();
      receiver.answers({ status: 500, body: 'not today' }, { status: 204 });
      const { id } = await stage.consumer('listener', 'sandbox');
      const browser = await stage.signedIn('access-tokens');
      const { page } = browser;
      await browser.turnTo(`/consumers/${id}`);
      await page.getByRole('button', { name: 'New webhook' }).click();
      await page.getByLabel('Address').fill(`${receiver.url}/hook`);
      await page.getByRole('button', { name: 'Make it' }).click();
      expect(await page.getByRole('group', { name: 'The key' }).textContent()).toContain('whsec_');
      await page.getByRole('button', { name: 'I have it' }).click();
      await rotate(stage);
      await page.getByRole('button', { name: `${receiver.url}/hook` }).click();
      const delivery = page.getByRole('region', { name: 'Deliveries' }).locator('details').first();
      await delivery.click();
      await delivery.getByText('500', { exact: true }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await browser.picture('access-tokens-webhook');
      await delivery.getByRole('button', { name: 'Try it now' }).click();
      await delivery.getByText('204', { exact: true }).waitFor();
      await page.getByRole('combobox', { name: 'Which deliveries' }).click();
      await page.getByRole('option', { name: 'given_up' }).click();
      await page.getByText('Nothing here yet').waitFor();
      expect(page.url()).toContain('deliveries=given_up');
      await page.goto(page.url().replace('given_up', 'delivered'));
      await delivery.click();
      const { length } = receiver.requests;
      await delivery.getByRole('button', { name: 'Redeliver' }).click();
      await eventually(() => receiver.requests.length > length, { what: 'it is delivered again' });
      await receiver.close();
    });

    it('gives a consumer another key that runs out, and withdraws it by its name', async () => {
      const { id } = await stage.consumer('short of keys', 'sandbox');
      const browser = await stage.signedIn('access-tokens');
      const { page } = browser;
      await browser.turnTo(`/consumers/${id}`);
      await page.getByRole('button', { name: 'Another key' }).click();
      await page.getByRole('button', { name: 'Make the key' }).click();
      const key = (await page.getByRole('group', { name: 'The key' }).locator('code').textContent())!;
      await page.getByRole('button', { name: 'I have it' }).click();
      const row = page.getByRole('row', { name: new RegExp(key.slice(0, 8)) });
      await row.getByText(/in 89 days|in 2 months/).waitFor();
      await row.getByRole('button', { name: /Withdraw/ }).click();
      await page.getByLabel(/^Type/).fill('short of keys');
      await page.getByRole('button', { name: 'Withdraw it' }).click();
      await row.waitFor({ state: 'detached' });
      expect((await stage.system.tokensAdmin.with(key).get('/v1/tokens')).status).toBe(401);
    });
  });
