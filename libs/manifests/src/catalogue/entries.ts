import type { ManifestInput } from '../manifest.schema.js';
import { airtable } from './entries/airtable.js';
import { amazon } from './entries/amazon.js';
import { amazonAds } from './entries/amazon-ads.js';
import { amazonSpApi } from './entries/amazon-sp-api.js';
import { anthropic } from './entries/anthropic.js';
import { asana } from './entries/asana.js';
import { atlassian } from './entries/atlassian.js';
import { attio } from './entries/attio.js';
import { auth0 } from './entries/auth0.js';
import { aweber } from './entries/aweber.js';
import { basecamp } from './entries/basecamp.js';
import { bingWebmaster } from './entries/bing-webmaster.js';
import { bitbucket } from './entries/bitbucket.js';
import { box } from './entries/box.js';
import { brevo } from './entries/brevo.js';
import { calendly } from './entries/calendly.js';
import { campaignMonitor } from './entries/campaign-monitor.js';
import { clickup } from './entries/clickup.js';
import { clio } from './entries/clio.js';
import { close } from './entries/close.js';
import { coinbase } from './entries/coinbase.js';
import { constantContact } from './entries/constant-contact.js';
import { deepl } from './entries/deepl.js';
import { digitalocean } from './entries/digitalocean.js';
import { discord } from './entries/discord.js';
import { docusign } from './entries/docusign.js';
import { drip } from './entries/drip.js';
import { dropbox } from './entries/dropbox.js';
import { dropboxSign } from './entries/dropbox-sign.js';
import { ebay } from './entries/ebay.js';
import { etsy } from './entries/etsy.js';
import { eventbrite } from './entries/eventbrite.js';
import { exactOnline } from './entries/exact-online.js';
import { facebook } from './entries/facebook.js';
import { figma } from './entries/figma.js';
import { fitbit } from './entries/fitbit.js';
import { freeagent } from './entries/freeagent.js';
import { freshbooks } from './entries/freshbooks.js';
import { freshdesk } from './entries/freshdesk.js';
import { front } from './entries/front.js';
import { getresponse } from './entries/getresponse.js';
import { github } from './entries/github.js';
import { githubApp } from './entries/github-app.js';
import { gitlab } from './entries/gitlab.js';
import { gocardless } from './entries/gocardless.js';
import { gong } from './entries/gong.js';
import { google } from './entries/google.js';
import { goTo } from './entries/goto.js';
import { gumroad } from './entries/gumroad.js';
import { gusto } from './entries/gusto.js';
import { harvest } from './entries/harvest.js';
import { helpscout } from './entries/helpscout.js';
import { heroku } from './entries/heroku.js';
import { hubspot } from './entries/hubspot.js';
import { instagram } from './entries/instagram.js';
import { intercom } from './entries/intercom.js';
import { kakao } from './entries/kakao.js';
import { keap } from './entries/keap.js';
import { klaviyo } from './entries/klaviyo.js';
import { line } from './entries/line.js';
import { linear } from './entries/linear.js';
import { linkedin } from './entries/linkedin.js';
import { mailchimp } from './entries/mailchimp.js';
import { mailgun } from './entries/mailgun.js';
import { microsoft } from './entries/microsoft.js';
import { miro } from './entries/miro.js';
import { mollie } from './entries/mollie.js';
import { monday } from './entries/monday.js';
import { monzo } from './entries/monzo.js';
import { nationbuilder } from './entries/nationbuilder.js';
import { netlify } from './entries/netlify.js';
import { notion } from './entries/notion.js';
import { okta } from './entries/okta.js';
import { openai } from './entries/openai.js';
import { openweather } from './entries/openweather.js';
import { oura } from './entries/oura.js';
import { outreach } from './entries/outreach.js';
import { pagerduty } from './entries/pagerduty.js';
import { pandadoc } from './entries/pandadoc.js';
import { patreon } from './entries/patreon.js';
import { paycor } from './entries/paycor.js';
import { paypal } from './entries/paypal.js';
import { pinterest } from './entries/pinterest.js';
import { pipedrive } from './entries/pipedrive.js';
import { podio } from './entries/podio.js';
import { printful } from './entries/printful.js';
import { quickbooks } from './entries/quickbooks.js';
import { raindrop } from './entries/raindrop.js';
import { reddit } from './entries/reddit.js';
import { ringcentral } from './entries/ringcentral.js';
import { sageAccounting } from './entries/sage-accounting.js';
import { salesforce } from './entries/salesforce.js';
import { salesloft } from './entries/salesloft.js';
import { sendgrid } from './entries/sendgrid.js';
import { sentry } from './entries/sentry.js';
import { shopify } from './entries/shopify.js';
import { slack } from './entries/slack.js';
import { smartsheet } from './entries/smartsheet.js';
import { snapchatAds } from './entries/snapchat-ads.js';
import { soundcloud } from './entries/soundcloud.js';
import { spotify } from './entries/spotify.js';
import { square } from './entries/square.js';
import { strava } from './entries/strava.js';
import { stripeApps } from './entries/stripe-apps.js';
import { stripeConnect } from './entries/stripe-connect.js';
import { surveymonkey } from './entries/surveymonkey.js';
import { teamwork } from './entries/teamwork.js';
import { threads } from './entries/threads.js';
import { ticktick } from './entries/ticktick.js';
import { tiktok } from './entries/tiktok.js';
import { tiktokAds } from './entries/tiktok-ads.js';
import { todoist } from './entries/todoist.js';
import { trello } from './entries/trello.js';
import { trustpilot } from './entries/trustpilot.js';
import { twilio } from './entries/twilio.js';
import { twitch } from './entries/twitch.js';
import { typeform } from './entries/typeform.js';
import { vimeo } from './entries/vimeo.js';
import { wave } from './entries/wave.js';
import { webex } from './entries/webex.js';
import { webflow } from './entries/webflow.js';
import { wechat } from './entries/wechat.js';
import { withings } from './entries/withings.js';
import { wordpressCom } from './entries/wordpress-com.js';
import { wrike } from './entries/wrike.js';
import { x } from './entries/x.js';
import { xero } from './entries/xero.js';
import { yahoo } from './entries/yahoo.js';
import { zendesk } from './entries/zendesk.js';
import { zoho } from './entries/zoho.js';
import { zoom } from './entries/zoom.js';
import { OTHER_GRANTS } from './other-grants.js';

/** Every entry by its slug: one file each, data and nothing else. The sandbox isn't among them, since it has no address of its own. */
export const ENTRIES: Readonly<Record<string, ManifestInput>> = {
  ...OTHER_GRANTS,
  airtable,
  amazon,
  'amazon-ads': amazonAds,
  'amazon-sp-api': amazonSpApi,
  anthropic,
  asana,
  atlassian,
  attio,
  auth0,
  aweber,
  basecamp,
  'bing-webmaster': bingWebmaster,
  bitbucket,
  box,
  brevo,
  calendly,
  'campaign-monitor': campaignMonitor,
  clickup,
  clio,
  close,
  coinbase,
  'constant-contact': constantContact,
  deepl,
  digitalocean,
  discord,
  docusign,
  drip,
  dropbox,
  'dropbox-sign': dropboxSign,
  ebay,
  etsy,
  eventbrite,
  'exact-online': exactOnline,
  facebook,
  figma,
  fitbit,
  freeagent,
  freshbooks,
  freshdesk,
  front,
  getresponse,
  github,
  'github-app': githubApp,
  gitlab,
  gocardless,
  gong,
  google,
  goto: goTo,
  gumroad,
  gusto,
  harvest,
  helpscout,
  heroku,
  hubspot,
  instagram,
  intercom,
  kakao,
  keap,
  klaviyo,
  line,
  linear,
  linkedin,
  mailchimp,
  mailgun,
  microsoft,
  miro,
  mollie,
  monday,
  monzo,
  nationbuilder,
  netlify,
  notion,
  okta,
  openai,
  openweather,
  oura,
  outreach,
  pagerduty,
  pandadoc,
  patreon,
  paycor,
  paypal,
  pinterest,
  pipedrive,
  podio,
  printful,
  quickbooks,
  raindrop,
  reddit,
  ringcentral,
  'sage-accounting': sageAccounting,
  salesforce,
  salesloft,
  sendgrid,
  sentry,
  shopify,
  slack,
  smartsheet,
  'snapchat-ads': snapchatAds,
  soundcloud,
  spotify,
  square,
  strava,
  'stripe-apps': stripeApps,
  'stripe-connect': stripeConnect,
  surveymonkey,
  teamwork,
  threads,
  ticktick,
  tiktok,
  'tiktok-ads': tiktokAds,
  todoist,
  trello,
  trustpilot,
  twilio,
  twitch,
  typeform,
  vimeo,
  wave,
  webex,
  webflow,
  wechat,
  withings,
  'wordpress-com': wordpressCom,
  wrike,
  x,
  xero,
  yahoo,
  zendesk,
  zoho,
  zoom,
};
