import type { Fixture } from './fixture.js';
import { airtable } from './fixtures/airtable.js';
import { amazonSpApi } from './fixtures/amazon-sp-api.js';
import { asana } from './fixtures/asana.js';
import { atlassian } from './fixtures/atlassian.js';
import { auth0Machine } from './fixtures/auth0-machine.js';
import { basecamp } from './fixtures/basecamp.js';
import { box } from './fixtures/box.js';
import { boxApp } from './fixtures/box-app.js';
import { calendly } from './fixtures/calendly.js';
import { discord } from './fixtures/discord.js';
import { docusign } from './fixtures/docusign.js';
import { docusignJwt } from './fixtures/docusign-jwt.js';
import { dropbox } from './fixtures/dropbox.js';
import { dropboxSign } from './fixtures/dropbox-sign.js';
import { ebay } from './fixtures/ebay.js';
import { ebayApp } from './fixtures/ebay-app.js';
import { etsy } from './fixtures/etsy.js';
import { exactOnline } from './fixtures/exact-online.js';
import { facebook } from './fixtures/facebook.js';
import { fitbit } from './fixtures/fitbit.js';
import { github } from './fixtures/github.js';
import { githubApp } from './fixtures/github-app.js';
import { githubAppInstallation } from './fixtures/github-app-installation.js';
import { githubDevice } from './fixtures/github-device.js';
import { gong } from './fixtures/gong.js';
import { google } from './fixtures/google.js';
import { googleDevice } from './fixtures/google-device.js';
import { googleServiceAccount } from './fixtures/google-service-account.js';
import { hubspot } from './fixtures/hubspot.js';
import { instagram } from './fixtures/instagram.js';
import { linear } from './fixtures/linear.js';
import { linkedin } from './fixtures/linkedin.js';
import { mailchimp } from './fixtures/mailchimp.js';
import { microsoft } from './fixtures/microsoft.js';
import { microsoftAdmin } from './fixtures/microsoft-admin.js';
import { microsoftDevice } from './fixtures/microsoft-device.js';
import { notion } from './fixtures/notion.js';
import { oktaService } from './fixtures/okta-service.js';
import { paycor } from './fixtures/paycor.js';
import { paypalApp } from './fixtures/paypal-app.js';
import { pipedrive } from './fixtures/pipedrive.js';
import { podio } from './fixtures/podio.js';
import { printful } from './fixtures/printful.js';
import { quickbooks } from './fixtures/quickbooks.js';
import { reddit } from './fixtures/reddit.js';
import { salesforce } from './fixtures/salesforce.js';
import { salesforceJwt } from './fixtures/salesforce-jwt.js';
import { shopify } from './fixtures/shopify.js';
import { slack } from './fixtures/slack.js';
import { spotify } from './fixtures/spotify.js';
import { spotifyApp } from './fixtures/spotify-app.js';
import { square } from './fixtures/square.js';
import { strava } from './fixtures/strava.js';
import { stripeApps } from './fixtures/stripe-apps.js';
import { stripeConnect } from './fixtures/stripe-connect.js';
import { teamwork } from './fixtures/teamwork.js';
import { tiktok } from './fixtures/tiktok.js';
import { tiktokAds } from './fixtures/tiktok-ads.js';
import { trustpilot } from './fixtures/trustpilot.js';
import { twitch } from './fixtures/twitch.js';
import { twitchApp } from './fixtures/twitch-app.js';
import { twitchDevice } from './fixtures/twitch-device.js';
import { wechat } from './fixtures/wechat.js';
import { withings } from './fixtures/withings.js';
import { wrike } from './fixtures/wrike.js';
import { x } from './fixtures/x.js';
import { xero } from './fixtures/xero.js';
import { xeroCustom } from './fixtures/xero-custom.js';
import { zoho } from './fixtures/zoho.js';
import { zoom } from './fixtures/zoom.js';
import { zoomServer } from './fixtures/zoom-server.js';

export const FIXTURES: readonly Fixture[] = [
  airtable,
  amazonSpApi,
  asana,
  atlassian,
  auth0Machine,
  basecamp,
  box,
  boxApp,
  calendly,
  discord,
  docusign,
  docusignJwt,
  dropbox,
  dropboxSign,
  ebay,
  ebayApp,
  etsy,
  exactOnline,
  facebook,
  fitbit,
  github,
  githubApp,
  githubAppInstallation,
  githubDevice,
  gong,
  google,
  googleDevice,
  googleServiceAccount,
  hubspot,
  instagram,
  linear,
  linkedin,
  mailchimp,
  microsoft,
  microsoftAdmin,
  microsoftDevice,
  notion,
  oktaService,
  paycor,
  paypalApp,
  pipedrive,
  podio,
  printful,
  quickbooks,
  reddit,
  salesforce,
  salesforceJwt,
  shopify,
  slack,
  spotify,
  spotifyApp,
  square,
  strava,
  stripeApps,
  stripeConnect,
  teamwork,
  tiktok,
  tiktokAds,
  trustpilot,
  twitch,
  twitchApp,
  twitchDevice,
  wechat,
  withings,
  wrike,
  x,
  xero,
  xeroCustom,
  zoho,
  zoom,
  zoomServer,
];
