import { describe, expect, it } from '@jest/globals';
import { PAGE_HEADERS, render } from './page.js';

describe('a page on the browser’s leg', () => {
  it('D016 shows whatever it is given as text, never as markup', () => {
    const html = render({
      mood: 'bad',
      title: '<script>1</script>',
      text: '"><img src=x onerror=alert(1)>',
      hint: "' & <b>",
    });
    expect(html).not.toMatch(/<script|<img|<b>/);
    expect(html).toContain('&lt;script&gt;');
  });

  it('D017 lets nothing in from anywhere, runs no script, and tells its address to nobody', () => {
    const policy = PAGE_HEADERS['content-security-policy'];
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain('script-src');
    expect(PAGE_HEADERS['referrer-policy']).toBe('no-referrer');
    expect(render({ mood: 'good', title: 'a', text: 'b' })).not.toMatch(/https?:|src=|href=/);
  });
});
