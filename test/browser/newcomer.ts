import { expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { Stage } from '../support/stage.js';

/** Begins with nothing: it has to be the first story. */
export const newcomer = (stage: Stage): void => {
  it('takes a newcomer from the printed link to a token that a consumer reads', async () => {
    const { system } = stage;
    const browser = await stage.browser();
    const { page } = browser;
    await page.goto(await stage.linkInto('credentials'));
    await page.getByRole('link', { name: 'Add an API service' }).click();
    expect(page.url()).not.toContain('ticket');
    await page.getByLabel('Search the catalogue').fill('sandbox');
    await page.getByRole('button', { name: /Lockkeeper sandbox/i }).click();
    // A step that can be gone back from, and linked to.
    await page.getByLabel('Client id').waitFor();
    expect(page.url()).toContain('entry=sandbox');
    await page.goBack();
    await page.getByRole('button', { name: /Lockkeeper sandbox/i }).waitFor();
    await page.goto(page.url().replace(/\?.*/, '?entry=sandbox'));
    await page.getByLabel('Client id').fill(system.sandbox.clientId);
    await page.getByLabel(/^Client secret/).fill(system.sandbox.clientSecret);
    expect(await page.getByRole('group', { name: 'Redirect URI' }).textContent()).toContain(
      `${system.credentialsUrl}/callback/sandbox`,
    );
    await page.getByRole('button', { name: 'Register it' }).click();
    await page.getByText('authorize', { exact: true }).waitFor();
    await page.getByLabel('User').fill('ada@example.com');
    await page.getByRole('button', { name: 'Make the link' }).click();
    const [consent] = await Promise.all([
      browser.context.waitForEvent('page'),
      page.getByRole('link', { name: 'Open it here' }).click(),
    ]);
    await consent.locator('form#continue button').click();
    await consent.locator('form#allow button').click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    await browser.picture('link-connected');

    await page.goto(await stage.linkInto('access-tokens'));
    await page.getByRole('link', { name: 'Consumers' }).click();
    await page.getByRole('button', { name: 'New consumer' }).first().click();
    await page.getByLabel('Name').fill('invoice sync');
    await page.getByPlaceholder('a slug, or * for all').fill('sandbox');
    await page.keyboard.press('Tab');
    await page.getByRole('status').getByText('Covers 1 of 1').waitFor();
    await page.getByRole('button', { name: 'Make it, and its key' }).click();
    const key = await page.getByRole('group', { name: 'The key' }).locator('code').textContent();
    const token = await eventually(
      async () => {
        const answer = await system.tokensAdmin
          .with(key)
          .get<{ version: number }>('/v1/tokens/sandbox/ada@example.com');
        return answer.status === 200 && answer.body;
      },
      { what: 'the consumer reads the token' },
    );
    expect(token.version).toBe(1);
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('link', { name: 'Tokens', exact: true }).click();
    await page
      .getByRole('row', { name: /ada@example\.com/ })
      .getByRole('link', { name: 'invoice sync' })
      .waitFor();
    expect(browser.complaints).toEqual([]);
  });
};
