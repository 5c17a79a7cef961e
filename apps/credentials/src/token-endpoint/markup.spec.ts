import { describe, expect, it } from '@jest/globals';
import { wordsIn } from './markup.js';
import { answeredMasking, maskedBody } from './trace-masks.js';

describe('the words of a web page', () => {
  it.each([
    ['<HTML><Head><title>x</title></HEAD><body class="a">Log <b>in</b>, or\n  not</body></html>', 'Log in , or not'],
    ['a<style>b</style>c<script src="x">d < e</SCRIPT>f<header>g</header>', 'a c f g'],
    ['a <style>b <p>c', 'a b c'],
    ['a < b', 'a < b'],
    ['<p>a</p', 'a</p'],
    ['', ''],
  ])('are those that a person would read: %s', (markup, words) => {
    expect(wordsIn(markup)).toBe(words);
  });
});

/** As much as one answer may have. */
const LARGEST = 1_048_576;
const filled = (part: string): string => part.repeat(LARGEST / part.length);

describe('an answer that was made to take long', () => {
  it.each([
    ['opened tags', filled('<')],
    ['opened styles', filled('<style>')],
    ['opened tags of styles', filled('<style ')],
    ['ends of elements', filled('</style><style>')],
    ['white space', filled(' ')],
    ['pairs that are no form', `${filled('a=b&')} c`],
    ['names without values', filled('a=')],
    ['one word', filled('a')],
    ['pieces of a secret', JSON.stringify({ message: filled('0123456 1234567 ') })],
  ])('is in the trace within a second: %s', (_what, body) => {
    const begun = performance.now();
    expect(maskedBody(body, 'text/html', answeredMasking(['0123456789abcdef']))).toMatch(/^[^]{0,4001}$/);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
