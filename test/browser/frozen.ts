import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seriousViolations } from '../support/accessibility.js';
import { succeeded } from '../support/api-client.js';
import { ScriptedServer } from '../support/scripted-server.js';
import type { Stage } from '../support/stage.js';

interface Pinned {
  status: string;
  manifest: { token: { url: string } };
}

/** Metadata that comes to name other endpoints than those that somebody agreed to. */
export const frozen = (stage: Stage): void =>
  describe('an API service whose issuer names another endpoint', () => {
    let issuer: ScriptedServer;
    const moved = (): string => `${issuer.url}/moved/token`;

    beforeAll(async () => {
      issuer = await ScriptedServer.start();
      says(`${issuer.url}/token`);
      const client = { name: 'Pinned', clientId: 'pinned-client', clientSecret: 'pinned-secret' };
      succeeded(await stage.system.admin.post('/v1/api-services', { slug: 'pinned', issuer: issuer.url, ...client }));
    });
    afterAll(() => issuer.close());

    const says = (token_endpoint: string): void =>
      issuer.answers({
        body: { issuer: issuer.url, authorization_endpoint: `${issuer.url}/authorize`, token_endpoint },
      });
    const changesTo = async (tokenEndpoint: string): Promise<void> => {
      says(tokenEndpoint);
      succeeded(await stage.system.admin.post('/v1/api-services/pinned/discovery/look'));
    };
    const pinned = async (): Promise<Pinned> =>
      succeeded(await stage.system.admin.get<Pinned>('/v1/api-services/pinned'));

    it('D073 is shown frozen to everybody, old beside new, and decided on by nobody but an admin', async () => {
      await changesTo(moved());
      const browser = await stage.signedIn('credentials', await stage.keyWithRole('credentials', 'operator'));
      const { page } = browser;
      await page.getByRole('table', { name: 'Clients at fault' }).getByRole('link', { name: 'Pinned' }).click();
      await page.getByText('Frozen: the issuer names other endpoints').waitFor();
      const change = page.getByRole('list', { name: 'What changed' });
      expect(await change.locator('del').textContent()).toBe(`${issuer.url}/token`);
      expect(await change.locator('ins').textContent()).toBe(moved());
      await page.getByText('Only an admin can decide.').waitFor();
      expect(await page.getByRole('button', { name: /Accept|Refuse/ }).count()).toBe(0);
      expect(await seriousViolations(page)).toEqual([]);
    });

    it('D073 goes on with the old one where the admin refuses', async () => {
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/api-services/pinned', 'Pinned');
      await page.getByRole('list', { name: 'What changed' }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await browser.picture('credentials-api-services-frozen');
      await page.getByRole('button', { name: 'Refuse: go on with those agreed to' }).click();
      await page.getByText('Frozen', { exact: true }).waitFor({ state: 'detached' });
      expect(await pinned()).toMatchObject({ status: 'active', manifest: { token: { url: `${issuer.url}/token` } } });
    });

    it('D073 goes over to the new one where the admin accepts it, by its name', async () => {
      const elsewhere = `${issuer.url}/elsewhere/token`;
      await changesTo(elsewhere);
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/api-services/pinned');
      await page.getByRole('button', { name: 'Accept the new ones…' }).click();
      const accept = page.getByRole('button', { name: 'Accept them' });
      expect(await accept.isDisabled()).toBe(true);
      await page.getByLabel(/^Type/).fill('pinned');
      await accept.click();
      await page.getByText('Frozen', { exact: true }).waitFor({ state: 'detached' });
      expect(await pinned()).toMatchObject({ status: 'active', manifest: { token: { url: elsewhere } } });
    });
  });
