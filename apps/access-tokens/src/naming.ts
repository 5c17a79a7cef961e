import type { DocumentNaming } from '@lockkeeper/doors';

/** How this workspace's API description begins. */
const DESCRIPTION = `Hands out access tokens that credentials publishes to it. It holds neither client secrets nor refresh tokens,
and can't reach any. Admins say which consumers may use which connections; only consumers read tokens.`;

export const NAMING: DocumentNaming = { title: 'Lockkeeper access-tokens', description: DESCRIPTION, version: '0.1.0' };
