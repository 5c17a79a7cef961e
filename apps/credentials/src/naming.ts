import type { DocumentNaming } from '@lockkeeper/doors';

/** How this workspace's API description begins. */
export const NAMING: DocumentNaming = {
  title: 'Lockkeeper credentials',
  description:
    'Holds client credentials and refresh tokens; alone speaks to authorization servers. No door gives a secret back.',
  version: '0.1.0',
};
