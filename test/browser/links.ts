import { describe, expect, it } from '@jest/globals';
import { seriousViolations } from '../support/accessibility.js';
import { succeeded } from '../support/api-client.js';
import { ScriptedServer } from '../support/scripted-server.js';
import type { Stage } from '../support/stage.js';

export const links = (stage: Stage): void =>
  describe('an authorization link', () => {
    it('dies before one’s eyes after 30 seconds, and another is offered', async () => {
      await stage.sandbox();
      const browser = await stage.browser();
      await browser.page.clock.install();
      await browser.signIn(stage.system.credentialsUrl, stage.system.keys.credentialsAdmin);
      const { id } = await stage.desk.open('sandbox', 'grace@example.com');
      await browser.page.goto(`${stage.system.credentialsUrl}/connections/${id}?link`);
      await browser.page.getByRole('timer', { name: /seconds left/ }).waitFor();
      await browser.picture('link');
      await browser.page.clock.fastForward(31_000);
      await browser.page.getByText('This link is dead.').waitFor();
      expect(await seriousViolations(browser.page)).toEqual([]);
      // The page's clock is ahead of the server's by now: that a new link is made is seen on the wire.
      const made = browser.page.waitForResponse((answer) => answer.url().endsWith('/authorization-links'));
      await browser.page.getByRole('button', { name: 'A new link' }).click();
      expect((await made).status()).toBe(201);
    });

    it('is sent as a notice instead, and what became of that is told', async () => {
      const { page } = await stage.signedIn('credentials');
      const { id } = await stage.desk.open('sandbox', 'asked-by-notice');
      await page.goto(`${stage.system.credentialsUrl}/connections/${id}?link`);
      await page.getByRole('button', { name: 'Send as notice' }).click();
      await page.getByText('asked-by-notice is asked by a notice.').waitFor();
      await page.getByRole('dialog').getByRole('link', { name: 'Notices' }).click();
      await page.getByRole('row', { name: /asked-by-notice/ }).waitFor();
    });

    it('G12 of a client with a wrong redirect URI leads to the right one, letter by letter', async () => {
      const provider = await ScriptedServer.start();
      const { credentialsUrl } = stage.system;
      const callback = `${credentialsUrl}/callback/typo`;
      const body = {
        ...{ slug: 'typo', name: 'Typo', clientId: 'client', clientSecret: 'a-secret' },
        ...{ authorizeUrl: `${provider.url}/authorize`, tokenUrl: `${provider.url}/token` },
      };
      succeeded(await stage.system.admin.post('/v1/api-services', body));
      provider.answers((response, { url, method }) => {
        const state = new URL(url, provider.url).searchParams.get('state');
        if (method === 'GET') response.writeHead(302, { location: `${callback}?code=abc&state=${state}` }).end();
        else
          response
            .writeHead(400, { 'content-type': 'application/json' })
            .end('{"error":"redirect_uri_mismatch","error_description":"Bad Request"}');
      });
      const browser = await stage.signedIn('credentials');
      const { page, context } = browser;
      const { id } = await stage.desk.open('typo', 'grace@example.org');
      await page.goto(`${credentialsUrl}/connections/${id}?link`);
      const [consent] = await Promise.all([
        context.waitForEvent('page'),
        page.getByRole('link', { name: 'Open it here' }).click(),
      ]);
      await consent.locator('form#continue button').click();
      await consent.waitForURL((url) => url.href.startsWith(credentialsUrl));
      // Told where the admin looks at the moment, and kept with the connection.
      await page.getByRole('dialog').getByText(`Register exactly ${callback}`).waitFor();
      await page.keyboard.press('Escape');
      await page.getByText(`Register exactly ${callback}`).first().waitFor();
      browser.complaints.length = 0; // the page that tells the user is no success
      await provider.close();
    });
  });
