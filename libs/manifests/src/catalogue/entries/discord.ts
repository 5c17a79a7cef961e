import type { ManifestInput } from '../../manifest.schema.js';

export const discord: ManifestInput = {
  manifest: 1,
  name: 'Discord',
  tags: ['chat', 'social'],
  documentationUrl: 'https://discord.com/developers/docs/topics/oauth2',
  guide:
    'In the Discord developer portal, create an application and open OAuth2. Enter {{ redirect_uri }} as its redirect, then copy client ID and client secret here.',
  knownScopes: {
    identify: 'Read the user',
    email: 'Read the e-mail address',
    guilds: 'List servers',
    'guilds.join': 'Add the user to servers',
    'webhook.incoming': 'Create a webhook',
  },
  authorize: { url: 'https://discord.com/oauth2/authorize', scopes: ['identify'] },
  token: { url: 'https://discord.com/api/oauth2/token' },
  revoke: {
    request: {
      url: 'https://discord.com/api/oauth2/token/revoke',
      body: { encoding: 'form', parameters: { token: '{{ token }}', token_type_hint: '{{ token_type_hint }}' } },
    },
    effect: 'family',
  },
  use: { baseUrls: ['https://discord.com/api'] },
  test: { request: { url: 'https://discord.com/api/v10/users/@me' }, shows: [{ at: '/id', present: true }] },
};
