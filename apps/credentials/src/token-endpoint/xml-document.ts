/** What XML holds, as an object: an element without children is its text, repeated ones are a list, attributes are `@name`. */
export interface XmlObject {
  [name: string]: XmlValue;
}
type XmlValue = string | XmlObject | XmlValue[];

interface OpenElement {
  name: string;
  members: XmlObject;
  text: string;
}

const NAME = '[A-Za-z_][\\w.:-]*';
const ATTRIBUTE = `\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`;
const TOKEN = new RegExp(
  [
    '<\\?[^>]*\\?>|<!--(?:(?!--)[^])*-->', // what says nothing about the document
    '<!\\[CDATA\\[((?:(?!\\]\\]>)[^])*)\\]\\]>',
    `</(${NAME})\\s*>`,
    `<(${NAME})((?:${ATTRIBUTE})*)\\s*(/?)>`,
    '([^<]+)',
  ].join('|'),
  'y',
);
const DEEPEST = 50;

/**
 * A document as an object with its root as the only member; null for what is none. Document types, and with them entities of
 * their own, are not read: answers have no need of them, and attacks do.
 */
export function readXml(source: string): XmlObject | null {
  const open: OpenElement[] = [{ name: '', members: Object.create(null) as XmlObject, text: '' }];
  let end = 0;
  while (end < source.length) {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(source);
    if (!match || !take(match, open)) return null;
    end = TOKEN.lastIndex;
  }
  const [document, ...unclosed] = open;
  const complete = unclosed.length === 0 && Object.keys(document!.members).length === 1;
  return complete && document!.text.trim() === '' ? document!.members : null;
}

/** False where it doesn't fit. */
function take(match: RegExpExecArray, open: OpenElement[]): boolean {
  const [, cdata, closing, opening, attributes = '', selfClosing, text] = match;
  const current = open.at(-1)!;
  if (cdata !== undefined) current.text += cdata;
  else if (text !== undefined) current.text += unescaped(text);
  else if (closing !== undefined) return closing === current.name && close(open);
  else if (opening !== undefined) {
    if (open.length > DEEPEST) return false;
    open.push({ name: opening, members: attributesOf(attributes), text: '' });
    return selfClosing === '/' ? close(open) : true;
  }
  return true;
}

function close(open: OpenElement[]): boolean {
  const { name, members, text } = open.pop()!;
  const parent = open.at(-1);
  if (!parent) return false;
  const leaf = Object.keys(members).length === 0;
  if (!leaf && text.trim() !== '') members['#text'] = text.trim();
  add(parent.members, name, leaf ? text.trim() : members);
  return true;
}

function add(members: XmlObject, name: string, value: XmlValue): void {
  const known = members[name];
  members[name] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
}

function attributesOf(source: string): XmlObject {
  const members = Object.create(null) as XmlObject;
  for (const [, name, double, single] of source.matchAll(new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g')))
    members[`@${name}`] = unescaped(double ?? single ?? '');
  return members;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(/&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-z]+);/g, (whole, entity: string) => {
    if (!entity.startsWith('#')) return Object.hasOwn(ENTITIES, entity) ? ENTITIES[entity]! : whole;
    const point = entity.startsWith('#x') ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
    return point <= 0x10_ffff ? String.fromCodePoint(point) : whole;
  });

type Writable = string | number | boolean | readonly string[] | { [name: string]: Writable };

/** The document with this root; what is no object is text. */
export function writeXml(root: string, value: Writable): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${element(root, value)}`;
}

/** A list is its element several times. */
function element(name: string, value: Writable): string {
  if (Array.isArray(value)) return value.map((one: string) => element(name, one)).join('');
  const inner =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([member, one]) => element(member, one))
          .join('')
      : String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<${name}>${inner}</${name}>`;
}
