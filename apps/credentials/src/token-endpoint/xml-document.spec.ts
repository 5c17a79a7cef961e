import { describe, expect, it } from '@jest/globals';
import { readXml, writeXml } from './xml-document.js';

describe('XML', () => {
  it.each([
    ['<a>1</a>', { a: '1' }],
    ['<?xml version="1.0"?>\n<!-- c --><r>\n <t> x </t>\n</r>\n', { r: { t: 'x' } }],
    ['<r><i>1</i><i>2</i><i/></r>', { r: { i: ['1', '2', ''] } }],
    ['<r code="0" m=\'&lt;\'>text<b/></r>', { r: { '@code': '0', '@m': '<', '#text': 'text', b: '' } }],
    ['<r>a &amp; b &#65;&#x42; &unknown;</r>', { r: 'a & b AB &unknown;' }],
    ['<r><![CDATA[<not> & read]]></r>', { r: '<not> & read' }],
    ['<ns:r xmlns:ns="urn:x"><ns:t>1</ns:t></ns:r>', { 'ns:r': { '@xmlns:ns': 'urn:x', 'ns:t': '1' } }],
    ['<r><__proto__>1</__proto__></r>', JSON.parse('{"r":{"__proto__":"1"}}')],
  ])('%s is read as an object', (source, document) => {
    expect(JSON.parse(JSON.stringify(readXml(source)))).toEqual(document);
  });

  it.each([
    '',
    'text',
    '{"a":1}',
    '<a>',
    '</a>',
    '<a></b>',
    '<a/><b/>',
    'x<a/>',
    '<a b=c/>',
    '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
    '<html><body><p>Unclosed<br></body></html>',
    `${'<a>'.repeat(60)}${'</a>'.repeat(60)}`,
  ])('%s is none', (source) => {
    expect(readXml(source)).toBeNull();
  });

  it('is refused without looking at its end again and again', () => {
    expect(readXml(`<r>${'<!--'.repeat(50_000)}`)).toBeNull();
    expect(readXml(`<r ${'a '.repeat(50_000)}`)).toBeNull();
  });

  it('is written so that it is read back', () => {
    const document = { code: `<&>'"`, deep: { number: 1, yes: true } };
    expect(JSON.parse(JSON.stringify(readXml(writeXml('request', document))))).toEqual({
      request: { code: `<&>'"`, deep: { number: '1', yes: 'true' } },
    });
  });
});
