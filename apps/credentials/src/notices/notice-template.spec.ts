import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '@lockkeeper/doors';
import { USUAL_TEMPLATE, checkTemplate, renderNotice } from './notice-template.js';

const values = {
  organisation: 'Example Ltd',
  service: 'Books & <b>Co</b>',
  user: 'ada@example.com',
  reason: 'The provider says {{ link }}.',
  since: '2026-11-25 12:00 UTC',
  affected: 'Programs get no token.',
  link: 'https://keeper.example/connect/a?b="c"',
  linkExpires: '2026-11-28 12:00 UTC',
};

describe('a notice’s template', () => {
  it('that everybody has says all that it must, and is well-formed itself', () => {
    checkTemplate(USUAL_TEMPLATE);
    const { subject, text, html } = renderNotice(USUAL_TEMPLATE, values);
    expect(subject).toBe('Please reconnect Books & <b>Co</b>');
    for (const value of Object.values(values)) expect(text).toContain(value);
    expect(html).toContain('Books &amp; &lt;b&gt;Co&lt;/b&gt;');
    expect(html).toContain('<a href="https://keeper.example/connect/a?b=&quot;c&quot;">');
  });

  it('reads no value as a template', () => {
    expect(renderNotice(USUAL_TEMPLATE, values).text).toContain('The provider says {{ link }}.');
  });

  it('may be of one’s own in HTML, with values escaped', () => {
    const html = '<h1>{{ service }}</h1><a href="{{link}}">go</a>';
    expect(renderNotice({ ...USUAL_TEMPLATE, html }, values).html).toBe(
      '<h1>Books &amp; &lt;b&gt;Co&lt;/b&gt;</h1><a href="https://keeper.example/connect/a?b=&quot;c&quot;">go</a>',
    );
  });

  it.each([
    ['an unknown placeholder', { text: '{{ link }} {{ password }}' }, '/text'],
    ['an unknown placeholder in its subject', { subject: '{{ constructor }}' }, '/subject'],
    ['no link', { text: 'Please do something.' }, '/text'],
    ['no link in its HTML', { html: '<p>x</p>' }, '/html'],
    ['a subject of two lines', { subject: 'a\nBcc: b@c.de' }, '/subject'],
  ])('is refused with %s', (_what, wrong, pointer) => {
    const attempt = () => checkTemplate({ ...USUAL_TEMPLATE, ...wrong });
    expect(attempt).toThrow(InvalidInput);
    expect(attempt).toThrow(pointer);
  });
});
