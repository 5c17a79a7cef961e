// npm run screens: pictures of every page of both consoles into docs/screens, light and dark, wide and as on a phone, from a seeded system.
import { build } from './build.mjs';
import { buildConsole } from './console.mjs';
import { install } from './install.mjs';
import { jest } from './jest.mjs';
import { script } from './project.mjs';

await script(async () => {
  await install();
  await build();
  await buildConsole();
  // The browser tests see every page; asked to, they draw what they see.
  process.env.LOCKKEEPER_SCREENS = 'docs/screens';
  return (await jest(['test/browser/in-chromium.spec.ts'])).code;
});
