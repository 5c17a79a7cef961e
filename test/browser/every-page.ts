import { expect, it } from '@jest/globals';
import { COLOUR_RULES, seriousViolations } from '../support/accessibility.js';
import { succeeded } from '../support/api-client.js';
import type { ConsoleBrowser } from '../support/console-browser.js';
import { seedConsole } from '../support/seeded-console.js';
import type { Stage, WorkspaceName } from '../support/stage.js';

/** Path and heading of each page, by the name of its picture. */
type Pages = Record<string, [path: string, heading: string]>;

const API_SERVICES: Pages = {
  'api-services': ['/api-services', 'API services'],
  'api-services-new': ['/api-services/new', 'Add an API service'],
  'api-services-sandbox': ['/api-services/sandbox', 'Lockkeeper sandbox'],
  'api-services-sandbox-tab-connections': ['/api-services/sandbox?tab=connections', 'Lockkeeper sandbox'],
  'api-services-sandbox-tab-manifest': ['/api-services/sandbox?tab=manifest', 'Lockkeeper sandbox'],
  'api-services-sandbox-tab-requests': ['/api-services/sandbox?tab=requests', 'Lockkeeper sandbox'],
  'api-services-sandbox-tab-client': ['/api-services/sandbox?tab=client', 'Lockkeeper sandbox'],
  'api-services-refused': ['/api-services/mailer', 'Mailer'],
};

const CREDENTIALS = (connection: string): Pages => ({
  home: ['/', 'Overview'],
  connections: ['/connections', 'Connections'],
  'connections-one': [`/connections/${connection}`, 'ada@example.com'],
  forecast: ['/forecast', 'Forecast'],
  notices: ['/notices', 'Notices'],
  panic: ['/panic', 'Panic'],
  audit: ['/audit', 'Audit log'],
  keys: ['/keys', 'Keys'],
  nowhere: ['/nowhere', 'There is no such page'],
});

const ACCESS_TOKENS = (consumer: string): Pages => ({
  home: ['/', 'Tokens'],
  consumers: ['/consumers', 'Consumers'],
  'consumers-one': [`/consumers/${consumer}`, 'invoice sync'],
  request: ['/request', 'Request'],
  notices: ['/notices', 'Notices'],
  events: ['/events', 'Events'],
  audit: ['/audit', 'Audit log'],
  keys: ['/keys', 'Keys'],
  nowhere: ['/nowhere', 'There is no such page'],
});

const WIDE = { scheme: 'light', width: 1440 } as const;
const NARROW = { scheme: 'dark', width: 360 } as const;

/** Of a workspace that has been used for a while; `npm run screens` draws what is seen here. */
export const everyPage = (stage: Stage): void => {
  it('has no serious fault of accessibility, and fits, light and wide, dark and narrow', async () => {
    await seedConsole(stage);
    const { system, desk } = stage;
    const { id } = await desk.open('sandbox', 'ada@example.com');
    const consumers = succeeded(
      await system.tokensAdmin.get<{ items: { id: string; name: string }[] }>('/v1/consumers'),
    );
    const consumer = consumers.items.find(({ name }) => name === 'invoice sync')!;
    const faults = await Promise.all([
      faultsOf(stage, 'credentials', API_SERVICES),
      faultsOf(stage, 'credentials', CREDENTIALS(id)),
      faultsOf(stage, 'access-tokens', ACCESS_TOKENS(consumer.id)),
      faultsOfSignIn(stage, 'credentials'),
      faultsOfSignIn(stage, 'access-tokens'),
    ]);
    expect(Object.assign({}, ...faults)).toEqual({});
  });
};

type Faults = Record<string, string[]>;

/** Turned to one after another in one tab, as its people do. */
async function faultsOf(stage: Stage, workspace: WorkspaceName, pages: Pages): Promise<Faults> {
  const faults: Faults = {};
  const browser = await stage.signedIn(workspace);
  for (const [name, [path, heading]] of Object.entries(pages)) {
    await browser.turnTo(path, heading);
    Object.assign(faults, await judged(browser, `${workspace}-${name}`));
  }
  await browser.close();
  return faults;
}

async function faultsOfSignIn(stage: Stage, workspace: WorkspaceName): Promise<Faults> {
  const browser = await stage.browser();
  await browser.page.goto(`${stage.urlOf(workspace)}/sign-in`);
  await browser.page.getByRole('heading', { name: `Sign in to ${workspace}` }).waitFor();
  const faults = await judged(browser, `${workspace}-sign-in`);
  await browser.close();
  return faults;
}

/** By every rule as it is, and by those of colour in the other scheme. Nothing but the look differs between the two. */
async function judged(browser: ConsoleBrowser, name: string): Promise<Faults> {
  const wide = await found(browser, name);
  await browser.lookAt(NARROW);
  const narrow = await found(browser, `${name}-phone`, COLOUR_RULES);
  await browser.lookAt(WIDE);
  return { ...(wide.length > 0 && { [name]: wide }), ...(narrow.length > 0 && { [`${name}-phone`]: narrow }) };
}

async function found(browser: ConsoleBrowser, name: string, rules?: readonly string[]): Promise<string[]> {
  const violations = await seriousViolations(browser.page, rules);
  await browser.picture(name);
  return (await browser.isWiderThanTheScreen()) ? [...violations, 'wider than the screen'] : violations;
}
