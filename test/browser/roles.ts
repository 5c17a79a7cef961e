import { describe, expect, it } from '@jest/globals';
import type { ConsoleBrowser } from '../support/console-browser.js';
import type { Stage } from '../support/stage.js';

const pagesOf = ({ page }: ConsoleBrowser): Promise<string[]> =>
  page.getByRole('navigation').first().getByRole('link').allTextContents();

/** By the console's own session, as a script that got into the page could. */
const trying = ({ page }: ConsoleBrowser, path: string, body: object): Promise<number> =>
  page.evaluate(
    `fetch('${path}', { method: 'POST', headers: { 'x-lockkeeper-console': 'present', 'content-type': 'application/json' }, body: '${JSON.stringify(body)}' }).then((answer) => answer.status)`,
  );

const EVERYBODYS = ['Overview', 'API services', 'Connections', 'Forecast', 'Notices', 'Panic'];

export const roles = (stage: Stage): void =>
  describe('a role shows, and the server refuses the rest:', () => {
    it.each([
      ['operator', EVERYBODYS],
      ['auditor', [...EVERYBODYS, 'Audit log', 'Keys']],
    ])('%s of credentials', async (role, pages) => {
      const browser = await stage.signedIn('credentials', await stage.keyWithRole('credentials', role));
      expect(await pagesOf(browser)).toEqual(pages);
      await browser.turnTo('/api-services');
      expect(await browser.page.getByRole('link', { name: 'Add an API service' }).count()).toBe(0);
      await browser.page.goto(`${stage.system.credentialsUrl}/api-services/new`);
      await browser.page.getByText('Your role can’t open this page').waitFor();
      const { id } = await stage.desk.open('sandbox', `seen by an ${role}`);
      await browser.visit(`${stage.system.credentialsUrl}/connections/${id}`);
      expect(await browser.page.getByRole('button', { name: 'Make a link' }).count()).toBe(role === 'operator' ? 2 : 0);
      expect(await trying(browser, '/v1/keys', { name: 'x', role: 'admin' })).toBe(403);
      browser.complaints.length = 0; // the refusal just provoked
    });

    it('auditor of access-tokens', async () => {
      const browser = await stage.signedIn('access-tokens', await stage.keyWithRole('access-tokens', 'auditor'));
      expect(await pagesOf(browser)).toContain('Audit log');
      await browser.turnTo('/consumers');
      expect(await browser.page.getByRole('button', { name: 'New consumer' }).count()).toBe(0);
      await browser.turnTo('/');
      await browser.page.getByRole('button', { name: 'ada@example.com' }).click();
      await browser.page.getByRole('heading', { name: 'Who read it' }).waitFor();
      expect(await browser.page.getByRole('button', { name: 'Show the token' }).count()).toBe(0);
      expect(await trying(browser, '/v1/consumers', { name: 'x', entitlements: [] })).toBe(403);
      browser.complaints.length = 0;
    });

    it('consumer of access-tokens, to whom a token is shown on a click, which is on record', async () => {
      const { id, key } = await stage.consumer('a person with a consumer’s key', 'sandbox');
      const browser = await stage.signedIn('access-tokens', key);
      expect(await pagesOf(browser)).not.toContain('Consumers');
      await browser.page.getByRole('button', { name: 'ada@example.com' }).click();
      expect(await exposedTo(stage, id)).toBe(0);
      await browser.page.getByRole('button', { name: 'Show the token' }).click();
      await browser.page.getByRole('group', { name: 'Access token' }).waitFor();
      expect(await exposedTo(stage, id)).toBe(1);
      const { items } = (
        await stage.system.tokensAdmin.get<{ items: { details: { consumerId?: string } }[] }>(
          '/v1/audit?action=token.exposed',
        )
      ).body;
      expect(items.map(({ details }) => details.consumerId)).toContain(id);
    });
  });

async function exposedTo(stage: Stage, consumer: string): Promise<number> {
  const { body } = await stage.system.tokensAdmin.get<{ items: unknown[] }>(`/v1/exposures?consumer=${consumer}`);
  return body.items.length;
}
