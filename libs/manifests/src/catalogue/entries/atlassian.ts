import type { ManifestInput } from '../../manifest.schema.js';

export const atlassian: ManifestInput = {
  manifest: 1,
  name: 'Atlassian (Jira, Confluence)',
  tags: ['projects', 'developer', 'support'],
  documentationUrl: 'https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/',
  guide:
    'At developer.atlassian.com, create an OAuth 2.0 (3LO) app and open Authorization. Enter {{ redirect_uri }} as its callback URL, then copy client ID and client secret here. Calls go to the first site that the user chose.',
  knownScopes: {
    offline_access: 'Get a refresh token',
    'read:me': 'Read the profile',
    'read:jira-work': 'Read Jira issues',
    'write:jira-work': 'Change Jira issues',
    'read:confluence-content.all': 'Read Confluence pages',
  },
  clientAuthentication: 'post',
  authorize: {
    url: 'https://auth.atlassian.com/authorize',
    parameters: { audience: 'api.atlassian.com', prompt: 'consent' },
    scopes: ['offline_access', 'read:jira-work'],
  },
  token: { url: 'https://auth.atlassian.com/oauth/token', body: { encoding: 'json' } },
  answer: { tokenTypeWhenAbsent: 'Bearer', errorStatuses: [400, 401, 403] },
  followUps: [
    { request: { url: 'https://api.atlassian.com/oauth/token/accessible-resources' }, captures: { cloud_id: '/0/id' } },
  ],
  lifetimes: { idleSeconds: 7776000, grantSeconds: 31536000 },
  refresh: { comesWith: { scopes: ['offline_access'] }, indeterminate: 'reauthorize' },
  revoke: { byUserAt: 'https://id.atlassian.com/manage-profile/apps' },
  use: { baseUrls: ['https://api.atlassian.com'] },
  test: {
    request: { url: 'https://api.atlassian.com/oauth/token/accessible-resources' },
    shows: [{ at: '/0/id', present: true }],
  },
};
