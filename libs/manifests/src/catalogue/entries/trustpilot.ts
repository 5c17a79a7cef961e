import type { ManifestInput } from '../../manifest.schema.js';

export const trustpilot: ManifestInput = {
  manifest: 1,
  name: 'Trustpilot',
  tags: ['reviews', 'marketing'],
  documentationUrl: 'https://documentation-apidocumentation.trustpilot.com/',
  guide:
    'In Trustpilot Business, open Integrations, Developers, and create an application. Enter {{ redirect_uri }} as its redirect URI, then copy API key and secret here.',
  unsure: ['The revoke address takes a form with the token; its status was not at hand, so it isn’t here.'],
  authorize: { url: 'https://authenticate.trustpilot.com/' },
  token: { url: 'https://api.trustpilot.com/v1/oauth/oauth-business-users-for-applications/accesstoken' },
  answer: { tokenTypeWhenAbsent: 'Bearer' },
  lifetimes: { refreshTokenSeconds: 2592000 },
  refresh: { request: { url: 'https://api.trustpilot.com/v1/oauth/oauth-business-users-for-applications/refresh' } },
  use: { baseUrls: ['https://api.trustpilot.com'] },
};
