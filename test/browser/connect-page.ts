import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { COLOUR_RULES, seriousViolations } from '../support/accessibility.js';
import { succeeded } from '../support/api-client.js';
import type { Stage } from '../support/stage.js';

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1440, height: 900 };
const LONG = 'Umsatzsteuervoranmeldungsschnittstelle der Beispielgesellschaft';

/** What end users see behind a link, in the program that they have. `SCREENS=<folder>` keeps a picture of each page. */
export const connectPages = (stage: Stage): void =>
  describe('the connect page', () => {
    beforeAll(async () => {
      await stage.sandbox();
      await stage.sandbox('long', LONG);
      const manifest = {
        manifest: 1,
        kind: 'generic',
        fields: {
          subdomain: {
            label: 'Subdomain',
            help: 'What stands before .example.com.',
            example: 'acme',
            pattern: '[a-z0-9-]+',
          },
          plan: { label: 'Plan', options: ['Free', 'Team'] },
          api_key: { label: 'API key', help: 'From your profile, under API.', sensitive: true },
          note: { label: 'Note', required: false },
        },
      };
      succeeded(await stage.system.admin.post('/v1/api-services', { slug: 'helpdesk', name: 'Helpdesk', manifest }));
    });

    interface Eyes {
      viewport?: { width: number; height: number };
      locale?: string;
    }

    async function within<T>(eyes: Eyes, look: (page: Page, context: BrowserContext) => Promise<T>): Promise<T> {
      const context = await stage.context({ viewport: DESKTOP, ...eyes });
      try {
        return await look(await context.newPage(), context);
      } finally {
        await context.close();
      }
    }

    async function photograph(page: Page, name: string): Promise<void> {
      if (process.env.SCREENS) await page.screenshot({ path: `${process.env.SCREENS}/${name}.png`, fullPage: true });
    }

    const overflows = (page: Page) => page.evaluate('document.documentElement.scrollWidth > window.innerWidth');

    /** Light by every rule, dark by those of colour: nothing else differs. */
    async function judge(page: Page, name: string): Promise<void> {
      const looks = [
        { colorScheme: 'light', rules: undefined },
        { colorScheme: 'dark', rules: COLOUR_RULES },
      ] as const;
      for (const { colorScheme, rules } of looks) {
        await page.emulateMedia({ colorScheme });
        expect(await seriousViolations(page, rules)).toEqual([]);
        await photograph(page, `${name}-${page.viewportSize()!.width}-${colorScheme}`);
      }
      expect(await overflows(page)).toBe(false);
    }

    it.each([PHONE, DESKTOP])('asks, and tells how it went, for everybody to see: %j', async (viewport) => {
      await within({ viewport }, async (page) => {
        const connection = await stage.desk.open('sandbox', `ada@example.org ${viewport.width}`);
        const link = await stage.desk.link(connection);
        const places: [string, () => Promise<unknown>][] = [
          ['connect', () => page.goto(link)],
          ['connected', () => page.goto(`${stage.system.credentialsUrl}/connected`)],
          ['problem', () => page.goto(`${stage.system.credentialsUrl}/connect/${'x'.repeat(43)}`)],
        ];
        for (const [name, visit] of places) {
          await visit();
          await judge(page, name);
        }
      });
    });

    it.each([PHONE, DESKTOP])('has its fields filled in by everybody: %j', async (viewport) => {
      await within({ viewport, locale: viewport === PHONE ? 'de-DE' : 'en' }, async (page) => {
        const complaints: string[] = [];
        page.on('console', (message) => complaints.push(message.text()));
        const connection = await stage.desk.open('helpdesk');
        await page.goto(await stage.desk.link(connection));
        await judge(page, 'fields');
        await page.getByLabel('Subdomain').fill('not one!');
        await page.getByLabel('Plan').selectOption('Team');
        await page.getByLabel('API key').fill('secret-canary');
        await page.locator('form#continue button').click();
        await page.getByRole('alert').waitFor();
        expect(await page.getByLabel('API key').inputValue()).toBe('');
        expect(await page.getByLabel('Plan').inputValue()).toBe('Team');
        await judge(page, 'fields-again');
        await page.getByLabel('Subdomain').fill('acme');
        await page.getByLabel('API key').fill('secret-canary');
        await page.locator('form#continue button').click();
        await page.waitForURL(`${stage.system.credentialsUrl}/connected?connection=*`);
        expect((await stage.desk.look(connection)).status).toBe('active');
        expect(complaints.filter((text) => !/status of 422/.test(text))).toEqual([]);
      });
    });

    it('keeps long names and ids on a phone’s screen', async () => {
      await within({ viewport: PHONE, locale: 'de-DE' }, async (page) => {
        await page.goto(await stage.desk.link(await stage.desk.open('long', `${'x'.repeat(120)}@example.org`)));
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`${LONG} verbinden`);
        expect(await overflows(page)).toBe(false);
        await photograph(page, 'connect-long-360');
      });
    });

    it.each(['en', 'de-DE', 'es-ES', 'fr-FR', 'pt-BR', 'ja-JP', 'zh-CN'])('speaks %s, and tells so', async (locale) => {
      await within({ viewport: PHONE, locale }, async (page) => {
        await page.goto(await stage.desk.link(await stage.desk.open('sandbox')));
        const language = await page.getAttribute('html', 'lang');
        expect(language!.slice(0, 2)).toBe(locale.slice(0, 2));
        expect(await overflows(page)).toBe(false);
        await photograph(page, `connect-360-${language}`);
      });
    });

    it('needs neither script nor mouse: tab, enter', async () => {
      const context = await stage.context({ javaScriptEnabled: false });
      const page = await context.newPage();
      await page.goto(await stage.desk.link(await stage.desk.open('sandbox')));
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.origin === stage.system.sandbox.url);
      await context.close();
    });

    it('says kindly to a second browser that the link is taken, and lets the first one reload', async () => {
      const link = await stage.desk.link(await stage.desk.open('sandbox'));
      await within({}, async (page) => {
        await page.goto(link);
        expect((await page.reload())!.status()).toBe(200);
        await within({ viewport: PHONE }, async (other) => {
          expect((await other.goto(link))!.status()).toBe(410);
          expect(await other.getByRole('heading').textContent()).toContain('another browser');
          expect(await seriousViolations(other)).toEqual([]);
        });
      });
    });
  });
