import { describe, expect, it } from '@jest/globals';
import { isFromElsewhere, isOnlooker, isPrefetch } from './visitor.js';

const OWN = 'https://lockkeeper.example';
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36';

describe('who comes with a link', () => {
  it.each([
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'facebookexternalhit/1.1',
    'WhatsApp/2.23.20.0 A',
    'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
    'TelegramBot (like TwitterBot)',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
  ])('is an onlooker: %s', (agent) => expect(isOnlooker({ 'user-agent': agent })).toBe(true));

  it('is a person, or a program that acts for one', () => {
    for (const agent of [CHROME, 'curl/8.5.0', 'node', undefined])
      expect(isOnlooker({ ...(agent !== undefined && { 'user-agent': agent }) })).toBe(false);
    expect(isOnlooker({ 'user-agent': CHROME, 'sec-fetch-dest': 'document' })).toBe(false);
  });

  it('is a picture or a frame of some page', () => {
    for (const destination of ['image', 'iframe', 'empty'])
      expect(isOnlooker({ 'user-agent': CHROME, 'sec-fetch-dest': destination })).toBe(true);
  });

  it('is a browser that fetches ahead', () => {
    expect(isPrefetch({ 'sec-purpose': 'prefetch;prerender' })).toBe(true);
    expect(isPrefetch({ purpose: 'prefetch' })).toBe(true);
    expect(isPrefetch({ 'user-agent': CHROME })).toBe(false);
  });

  it('was sent by another site, as far as the browser tells', () => {
    expect(isFromElsewhere({ 'sec-fetch-site': 'cross-site', origin: OWN }, OWN)).toBe(true);
    expect(isFromElsewhere({ 'sec-fetch-site': 'same-site' }, OWN)).toBe(true);
    expect(isFromElsewhere({ origin: 'https://evil.example' }, OWN)).toBe(true);
    expect(isFromElsewhere({ 'sec-fetch-site': 'same-origin', origin: 'null' }, OWN)).toBe(false);
    expect(isFromElsewhere({ origin: OWN }, OWN)).toBe(false);
    expect(isFromElsewhere({}, OWN)).toBe(false);
  });
});
