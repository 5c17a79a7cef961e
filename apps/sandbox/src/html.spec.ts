import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';

describe('html', () => {
  it('escapes what is put in, in text and in attributes', () => {
    expect(html`<p title="${'"&'}">${"<b>'"}</p>`.text).toBe('<p title="&quot;&amp;">&lt;b&gt;&#39;</p>');
  });

  it('takes markup as it is, alone or in a list', () => {
    const items = ['a', '<'].map((each) => html`<li>${each}</li>`);
    expect(
      html`<ul>
        ${items}
      </ul>`.text.replace(/\s/g, ''),
    ).toBe('<ul><li>a</li><li>&lt;</li></ul>');
  });
});
