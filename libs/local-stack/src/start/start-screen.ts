import { relative } from 'node:path';
import type { Runtime } from './local-installation.js';
import type { SignInLinks } from './sign-in-links.js';
import type { StartSettings } from './start-settings.js';

/**
 * What a newcomer sees once everything answers. No key is shown: screens are shared and recorded. A sign-in link is worth nothing once
 * it was opened, and ten minutes later in any case.
 */
export function startScreen(runtime: Runtime, links: SignInLinks, { directory }: StartSettings): string {
  const fromHere = relative(process.cwd(), directory);
  const folder = fromHere.startsWith('..') ? directory : fromHere;
  return `
  Lockkeeper                                                 Ctrl-C stops it

  credentials     ${runtime.credentialsUrl}     documentation: ${runtime.credentialsUrl}/docs
  access-tokens   ${runtime.accessTokensUrl}     documentation: ${runtime.accessTokensUrl}/docs
  sandbox         ${runtime.sandboxUrl}     an authorization server to try things on

  sign in, once       ${links.credentials ?? withKey(runtime.credentialsUrl)}
  (10 minutes)        ${links.accessTokens ?? withKey(runtime.accessTokensUrl)}
                      npm run sign-in   prints new links

  first admin keys    ${folder}/secrets/credentials-first-admin-key
                      ${folder}/secrets/access-tokens-first-admin-key
  for programs        ${folder}/runtime.json
  logs                ${folder}/logs/

  next                npm run demo      in another terminal: the whole story, step by step
                      README.md         five minutes to a token of a service of your own

Lockkeeper is ready`;
}

const withKey = (url: string): string => `${url}   with a key`;
