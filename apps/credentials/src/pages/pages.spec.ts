import { describe, expect, it } from '@jest/globals';
import { contrast, inkOn } from './brand.js';
import { connectPage } from './connect.page.js';
import { html } from './html.js';
import { LANGUAGES, wordsFor } from './languages.js';
import { connectedPage, problemPage } from './outcome.page.js';
import { PageFrame } from './page.js';
import { PROBLEMS } from './words.js';

const EVIL = '<script>1</script>"><img src=x onerror=alert(1)>\' & <b>';
const frame = new PageFrame({ organisation: EVIL, colour: '#1f5fbf' }, 'https:');
const { en } = LANGUAGES;

/** Every text of a language, with the same values in it. */
function textsOf(words: object): string[] {
  return Object.values(words).flatMap((value: unknown) => {
    if (typeof value === 'function') return [String(value('Acme', 'Sandbox'))];
    return typeof value === 'object' && value !== null ? textsOf(value) : [String(value)];
  });
}

describe('a page on the browser’s leg', () => {
  it('D016 shows whatever it is given as text, never as markup', () => {
    const view = { service: EVIL, user: EVIL, scopes: [{ scope: EVIL, meaning: EVIL }], host: EVIL };
    for (const page of [connectPage(view, en, frame.brand), connectedPage(EVIL, en, frame.brand)]) {
      const shown = frame.render({ ...page, requestId: EVIL }, en);
      expect(shown).not.toMatch(/<script|<img|<b>/);
      expect(shown).toContain('&lt;script&gt;');
    }
  });

  it('D017 lets nothing in from anywhere, runs no script, and tells its address to nobody', () => {
    const headers = frame.headers(en);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|script-src/);
    expect(headers['content-security-policy']).toContain("form-action 'none'");
    expect(headers['referrer-policy']).toBe('no-referrer');
    const plain = new PageFrame({ organisation: 'Acme', colour: '#000000' }, 'https:');
    for (const page of [connectedPage(null, en, frame.brand), ...PROBLEMS.map((name) => problemPage(name, en, null))])
      expect(plain.render(page, en)).not.toMatch(/https?:|src=|href=|url\(/);
  });

  it('lets a form lead to providers by https only, unless it runs on one machine itself', () => {
    expect(frame.headers(en, 'provider')['content-security-policy']).toContain("form-action 'self' https:;");
    const local = new PageFrame({ organisation: 'Acme', colour: '#000000' }, 'http:');
    expect(local.headers(en, 'provider')['content-security-policy']).toContain("form-action 'self' https: http:;");
    expect(local.headers(en, 'own')['content-security-policy']).toContain("form-action 'self';");
  });

  it('writes numbers and lists, and leaves out what isn’t there', () => {
    expect(html`${1}${['<', html`<i></i>`]}${null}${false}${undefined}`.text).toBe('1&lt;<i></i>');
  });

  it.each(['#ffffff', '#000000', '#1f5fbf', '#ffd400', '#7f7f7f', '#e4002b'])('writes readably on %s', (colour) => {
    expect(contrast(colour, inkOn(colour))).toBeGreaterThanOrEqual(4.5);
  });
});

describe('the languages of pages', () => {
  it('are chosen as the browser asks: by weight, by the language of a region, else English', () => {
    const chosen = (asked: string | undefined) => wordsFor(asked).language;
    expect(chosen('de-CH, en;q=0.8')).toBe('de');
    expect(chosen('nl, pt-BR;q=0.7, fr;q=0.9')).toBe('fr');
    expect(chosen('zh-CN')).toBe('zh-Hans');
    for (const none of [undefined, '', 'nl', '*', 'constructor', ';;;q=,,']) expect(chosen(none)).toBe('en');
  });

  it.each(Object.entries(LANGUAGES))('%s says everything, in its own words', (tag, words) => {
    const texts = textsOf(words);
    expect(texts.every((text) => text.trim() === text && text !== '')).toBe(true);
    expect(texts).toHaveLength(textsOf(en).length);
    if (tag === 'en') return;
    const borrowed = texts.filter((text, index) => text === textsOf(en)[index] && text.length > 12);
    expect(borrowed).toEqual([]);
  });

  it.each(Object.entries(LANGUAGES))(
    '%s names the organisation and the service where the page needs them',
    (_tag, { connect }) => {
      expect(connect.asks('Acme', 'Sandbox')).toMatch(/Acme.*Sandbox/);
      expect(connect.title('Sandbox')).toContain('Sandbox');
      expect(connect.goOn('Sandbox')).toContain('Sandbox');
      expect(connect.permissions('Acme')).toContain('Acme');
      expect(connect.signIn('as.example')).toContain('as.example');
    },
  );
});
