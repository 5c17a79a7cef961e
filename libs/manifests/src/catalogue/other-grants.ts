import type { ManifestInput } from '../manifest.schema.js';
import { auth0Device } from './entries/auth0-device.js';
import { auth0Machine } from './entries/auth0-machine.js';
import { boxApp } from './entries/box-app.js';
import { docusignJwt } from './entries/docusign-jwt.js';
import { ebayApp } from './entries/ebay-app.js';
import { githubAppInstallation } from './entries/github-app-installation.js';
import { githubDevice } from './entries/github-device.js';
import { gitlabDevice } from './entries/gitlab-device.js';
import { googleDevice } from './entries/google-device.js';
import { googleServiceAccount } from './entries/google-service-account.js';
import { microsoftAdmin } from './entries/microsoft-admin.js';
import { microsoftDevice } from './entries/microsoft-device.js';
import { oktaService } from './entries/okta-service.js';
import { paypalApp } from './entries/paypal-app.js';
import { salesforceJwt } from './entries/salesforce-jwt.js';
import { spotifyApp } from './entries/spotify-app.js';
import { twitchApp } from './entries/twitch-app.js';
import { twitchDevice } from './entries/twitch-device.js';
import { xeroCustom } from './entries/xero-custom.js';
import { zoomServer } from './entries/zoom-server.js';

/** Entries that no user's browser is sent to a provider for: devices show a code, clients ask for themselves or by a signed assertion. */
export const OTHER_GRANTS: Readonly<Record<string, ManifestInput>> = {
  'auth0-device': auth0Device,
  'auth0-machine': auth0Machine,
  'box-app': boxApp,
  'docusign-jwt': docusignJwt,
  'ebay-app': ebayApp,
  'github-app-installation': githubAppInstallation,
  'github-device': githubDevice,
  'gitlab-device': gitlabDevice,
  'google-device': googleDevice,
  'google-service-account': googleServiceAccount,
  'microsoft-admin': microsoftAdmin,
  'microsoft-device': microsoftDevice,
  'okta-service': oktaService,
  'paypal-app': paypalApp,
  'salesforce-jwt': salesforceJwt,
  'spotify-app': spotifyApp,
  'twitch-app': twitchApp,
  'twitch-device': twitchDevice,
  'xero-custom': xeroCustom,
  'zoom-server': zoomServer,
};
