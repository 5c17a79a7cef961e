import { describe, expect, it } from '@jest/globals';
import { seriousViolations } from '../support/accessibility.js';
import { succeeded } from '../support/api-client.js';
import type { Stage } from '../support/stage.js';

interface Held {
  secrets: Record<string, { fingerprint: string }>;
}

export const secrets = (stage: Stage): void =>
  describe('secrets of an API service', () => {
    const held = async (slug: string): Promise<Held['secrets']> =>
      succeeded(await stage.system.admin.get<Held>(`/v1/api-services/${slug}`)).secrets;

    it('that its manifest declares are asked for, and what is risky about them is told', async () => {
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/api-services/new');
      await page.getByText('Manifest', { exact: true }).click();
      await page.getByRole('textbox', { name: 'Manifest' }).click();
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.insertText(JSON.stringify(inItsUrl));
      await page.getByRole('button', { name: 'Use this manifest' }).click();
      await page.getByLabel('Slug').fill('developed');
      await page.getByLabel('Client id').fill('a-client');
      await page.getByLabel(/^Client secret/).fill('a-secret');
      await page.getByLabel(/^Developer token/).fill('a-developer-token');
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Register it' }).click();
      await page.getByText('is registered.').waitFor();
      expect(Object.keys(await held('developed'))).toEqual(['developer_token']);
      await page.getByText('sends a secret in URLs, where servers and proxies log it').first().waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole('link', { name: 'To developed' }).click();
      // Not only in the wizard: it stays true.
      await page.getByText('Worth a second look').waitFor();
      await page.getByText('sends a secret in URLs, where servers and proxies log it').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });

    it('are changed later, with a warning of what that does', async () => {
      const before = await held('developed');
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/api-services/developed?tab=client');
      await page.getByText(before.developer_token!.fingerprint).waitFor();
      await page.getByRole('button', { name: 'Change…' }).click();
      const window = page.getByRole('dialog', { name: 'Change: Developer token' });
      await window.getByText('It takes the place of the one in use at once.').waitFor();
      await window.getByText('0 living connections').waitFor();
      await browser.picture('credentials-api-services-secret');
      await window.getByLabel(/^Developer token/).fill('another-developer-token');
      await window.getByRole('button', { name: 'Change it' }).click();
      await window.waitFor({ state: 'detached' });
      const after = await held('developed');
      expect(after.developer_token!.fingerprint).not.toBe(before.developer_token!.fingerprint);
      await page.getByText(after.developer_token!.fingerprint).waitFor();
      expect(await page.content()).not.toContain('another-developer-token');
    });

    it('are asked for before a changed manifest is saved that wants others, and told of where it wants one no longer', async () => {
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/api-services/developed?tab=manifest');
      await page.getByRole('textbox', { name: 'Manifest' }).click();
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.insertText(JSON.stringify(withAnother));
      await page.getByRole('button', { name: 'Save the manifest' }).click();
      const window = page.getByRole('dialog', { name: 'Secrets of this manifest' });
      await window.getByText('It asks for developer_token no longer.').waitFor();
      await window.getByLabel(/^Partner key/).fill('a-partner-key');
      await window.getByRole('button', { name: 'Save the manifest' }).click();
      await window.waitFor({ state: 'detached' });
      expect(Object.keys(await held('developed'))).toEqual(['partner_key']);
    });

    it('D130 stages a secret, tries it on one connection, and leaves the one in use where it is refused', async () => {
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/api-services/sandbox?tab=client');
      await page.getByLabel(/^New secret/).fill('a-mistyped-secret');
      await page.getByRole('combobox', { name: 'Tried on' }).click();
      await page.getByRole('option', { name: 'ada@example.com' }).click();
      await page.getByRole('button', { name: 'Stage the secret' }).click();
      await page.getByText('Not tried yet').waitFor();
      await page.getByRole('button', { name: 'Refresh that connection now' }).click();
      await page.getByText('Refused', { exact: true }).waitFor();
      await browser.picture('credentials-api-services-sandbox-staged');
      const connection = await stage.desk.open('sandbox', 'ada@example.com');
      expect((await stage.desk.look(connection)).status).toBe('active');
      await page.getByRole('button', { name: 'Withdraw it' }).click();
      await page.getByText('Refused', { exact: true }).waitFor({ state: 'detached' });
    });
  });

const least = { manifest: 1, authorize: { url: 'https://provider.example/authorize' } };
const url = 'https://provider.example/token';

const inItsUrl = {
  ...least,
  secrets: { developer_token: { label: 'Developer token', help: 'From the API centre' } },
  token: { url, query: { developer_token: '{{ secret.developer_token }}' } },
  quirks: [{ quirk: 'secretInUrl', reason: 'Its documentation has it nowhere else.' }],
};

const withAnother = {
  ...least,
  secrets: { partner_key: { label: 'Partner key' } },
  token: { url, headers: { 'partner-key': '{{ secret.partner_key }}' } },
};
