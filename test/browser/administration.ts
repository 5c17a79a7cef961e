import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Stage } from '../support/stage.js';

export const administration = (stage: Stage): void =>
  describe('the credentials console', () => {
    it('registers by issuer, after a look at what it says of itself', async () => {
      const { sandbox } = stage.system;
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/api-services/new');
      await page.getByText('Issuer', { exact: true }).click();
      await page.getByRole('textbox', { name: 'Issuer' }).fill(sandbox.url);
      await page.getByRole('button', { name: 'Look what it says' }).click();
      await page.getByText(`${sandbox.url}/token`, { exact: true }).waitFor();
      await browser.picture('credentials-api-services-new-issuer');
      await page.getByLabel('API base URL').fill(`${sandbox.url}/`);
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByLabel('Slug').fill('by-issuer');
      await page.getByLabel('Client id').fill(sandbox.clientId);
      await page.getByLabel(/^Client secret/).fill(sandbox.clientSecret);
      await page.getByRole('button', { name: 'Register it' }).click();
      await page.getByText('is registered.').waitFor();
      const made = await stage.system.admin.get<{ manifest: { issuer?: string } }>('/v1/api-services/by-issuer');
      expect(made.status).toBe(200);
    });

    it('lints a manifest in its place, and completes what the schema knows', async () => {
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      let schemaMayCome = (): void => undefined;
      const held = new Promise<void>((resolve) => (schemaMayCome = resolve));
      await page.route('**/v1/manifests/schema', (route) => held.then(() => route.continue()));
      await browser.turnTo('/api-services/new');
      await page.getByText('Manifest', { exact: true }).click();
      const editor = page.getByRole('textbox', { name: 'Manifest' });
      await editor.click();
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.insertText('{ "authorize": { "url": "http://provider.example/authorize" }, "tokn": {} }');
      // What was typed before the schema was there stays.
      const schema = page.waitForResponse('**/v1/manifests/schema');
      schemaMayCome();
      await schema;
      await page.getByText('It can’t be used yet:').waitFor();
      await page.locator('.cm-lintRange-error').first().waitFor();
      expect(await page.getByRole('button', { name: 'Use this manifest' }).isDisabled()).toBe(true);
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.insertText('{ "" }');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Control+Space');
      await page.locator('.cm-tooltip-autocomplete').getByText('authorize').first().waitFor();
    });

    it('searches the audit log by who did something, by name, and hands it over as a file', async () => {
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/audit');
      await page.getByRole('link', { name: 'first admin key' }).first().click();
      await page.getByRole('cell', { name: 'scheduler' }).first().waitFor({ state: 'detached' });
      expect(page.url()).toMatch(/actor=key%3A/);
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export the log' }).click();
      expect((await download).suggestedFilename()).toBe('audit.jsonl');
    });

    it('verifies the audit log in the browser, and finds out what was rewritten', async () => {
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/audit');
      await page.getByRole('button', { name: 'Verify', exact: true }).click();
      await page.getByRole('button', { name: 'Verify it' }).click();
      await page.getByText(/Whole and unaltered: \d+ entries/).waitFor();
      await browser.picture('credentials-audit-verified');
      // What a server would send that had changed an entry.
      await page.route('**/v1/audit/export', async (route) => {
        const text = await (await route.fetch()).text();
        await route.fulfill({ body: text.replace('api_service.registered', 'api_service.forgotten') });
      });
      await page.getByRole('button', { name: 'Verify it' }).click();
      await page.getByText('This is not what was written.').waitFor();
      await page.getByText(/The entry at position \d+ was altered/).waitFor();
    });

    it('shows where the audit log was changed, and keeps an admin’s word about it', async () => {
      const genuine = await changeActor(stage, 'an intruder');
      try {
        const browser = await stage.signedIn('credentials');
        const { page } = browser;
        await browser.turnTo('/audit');
        const acknowledge = page.getByRole('button', { name: 'Acknowledge: The entry at position 1 was altered.' });
        await acknowledge.waitFor();
        await acknowledge.click();
        await page.getByLabel('What was found out').fill('Restored wrongly:\nticket 17.');
        await browser.picture('credentials-audit-acknowledging');
        await page.getByRole('button', { name: 'Acknowledge it' }).click();
        await page.getByText(/Acknowledged by first admin key .*: Restored wrongly: ticket 17\./).waitFor();
        await page.getByRole('button', { name: 'Verify', exact: true }).click();
        await page.getByRole('button', { name: 'Verify it' }).click();
        await page
          .getByText(/The entry at position 1 was altered\. Acknowledged by key:.*: Restored wrongly: ticket 17\./)
          .waitFor();
        await browser.picture('credentials-audit-acknowledged');
      } finally {
        await changeActor(stage, genuine);
      }
    });

    it('pages and searches through 10,000 connections', async () => {
      await addConnections(stage, 10_000);
      const browser = await stage.signedIn('credentials');
      const { page } = browser;
      await browser.turnTo('/connections?sort=user');
      await page.getByText(/50 of 10,0\d\d/).waitFor();
      await browser.picture('connections');
      await page.getByRole('button', { name: 'Show more' }).click();
      await page.getByText(/100 of 10,0\d\d/).waitFor();
      await page.getByRole('search').getByLabel('User').fill('Person-09999');
      await page.getByText('1 of 1').waitFor();
      expect(page.url()).toContain('search=Person-09999');
      await page.reload();
      await page.getByRole('link', { name: 'person-09999@example.com' }).waitFor();
    });
  });

/** As the owner of the table can, who switches its trigger off. @returns who it was */
async function changeActor({ system }: Stage, actor: string): Promise<string> {
  const database = new pg.Client(system.databases.credentialsDatabaseOwnerUrl);
  await database.connect();
  const first = 'seq = (SELECT seq FROM audit_chain WHERE position = 1)';
  const { rows } = await database.query<{ actor: string }>(`SELECT actor FROM audit_log WHERE ${first}`);
  await database.query('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
  await database.query(`UPDATE audit_log SET actor = $1 WHERE ${first}`, [actor]);
  await database.query('ALTER TABLE audit_log ENABLE TRIGGER audit_log_append_only');
  await database.end();
  return rows[0]!.actor;
}

async function addConnections({ system }: Stage, count: number): Promise<void> {
  const database = new pg.Client(system.databases.credentialsDatabaseUrl);
  await database.connect();
  await database.query(
    `INSERT INTO connections (id, api_service_id, user_id, status)
     SELECT gen_random_uuid(), s.id, 'person-' || lpad(n::text, 5, '0') || '@example.com', 'pending' FROM api_services s, generate_series(1, $1) n
     WHERE s.slug = 'sandbox'`,
    [count],
  );
  await database.end();
}
