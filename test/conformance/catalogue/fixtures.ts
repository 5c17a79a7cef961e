import type { Fixture } from './fixture.js';
import { airtable } from './fixtures/airtable.js';
import { amazonSpApi } from './fixtures/amazon-sp-api.js';
import { asana } from './fixtures/asana.js';
import { atlassian } from './fixtures/atlassian.js';
import { basecamp } from './fixtures/basecamp.js';
import { box } from './fixtures/box.js';
import { calendly } from './fixtures/calendly.js';
import { discord } from './fixtures/discord.js';
import { docusign } from './fixtures/docusign.js';
import { dropbox } from './fixtures/dropbox.js';
import { dropboxSign } from './fixtures/dropbox-sign.js';
import { ebay } from './fixtures/ebay.js';
import { etsy } from './fixtures/etsy.js';
import { exactOnline } from './fixtures/exact-online.js';
import { facebook } from './fixtures/facebook.js';
import { fitbit } from './fixtures/fitbit.js';
import { github } from './fixtures/github.js';
import { githubApp } from './fixtures/github-app.js';
import { gong } from './fixtures/gong.js';
import { google } from './fixtures/google.js';
import { hubspot } from './fixtures/hubspot.js';
import { instagram } from './fixtures/instagram.js';
import { linear } from './fixtures/linear.js';
import { linkedin } from './fixtures/linkedin.js';
import { mailchimp } from './fixtures/mailchimp.js';
import { microsoft } from './fixtures/microsoft.js';
import { notion } from './fixtures/notion.js';
import { pipedrive } from './fixtures/pipedrive.js';
import { podio } from './fixtures/podio.js';
import { printful } from './fixtures/printful.js';
import { quickbooks } from './fixtures/quickbooks.js';
import { reddit } from './fixtures/reddit.js';
import { salesforce } from './fixtures/salesforce.js';
import { shopify } from './fixtures/shopify.js';
import { slack } from './fixtures/slack.js';
import { spotify } from './fixtures/spotify.js';
import { square } from './fixtures/square.js';
import { strava } from './fixtures/strava.js';
import { stripeApps } from './fixtures/stripe-apps.js';
import { stripeConnect } from './fixtures/stripe-connect.js';
import { teamwork } from './fixtures/teamwork.js';
import { tiktok } from './fixtures/tiktok.js';
import { tiktokAds } from './fixtures/tiktok-ads.js';
import { trustpilot } from './fixtures/trustpilot.js';
import { twitch } from './fixtures/twitch.js';
import { wechat } from './fixtures/wechat.js';
import { withings } from './fixtures/withings.js';
import { wrike } from './fixtures/wrike.js';
import { x } from './fixtures/x.js';
import { xero } from './fixtures/xero.js';
import { zoho } from './fixtures/zoho.js';
import { zoom } from './fixtures/zoom.js';

export const FIXTURES: readonly Fixture[] = [
  airtable,
  amazonSpApi,
  asana,
  atlassian,
  basecamp,
  box,
  calendly,
  discord,
  docusign,
  dropbox,
  dropboxSign,
  ebay,
  etsy,
  exactOnline,
  facebook,
  fitbit,
  github,
  githubApp,
  gong,
  google,
  hubspot,
  instagram,
  linear,
  linkedin,
  mailchimp,
  microsoft,
  notion,
  pipedrive,
  podio,
  printful,
  quickbooks,
  reddit,
  salesforce,
  shopify,
  slack,
  spotify,
  square,
  strava,
  stripeApps,
  stripeConnect,
  teamwork,
  tiktok,
  tiktokAds,
  trustpilot,
  twitch,
  wechat,
  withings,
  wrike,
  x,
  xero,
  zoho,
  zoom,
];
