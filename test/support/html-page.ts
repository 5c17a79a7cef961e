export interface FormButton {
  name: string | null;
  value: string;
  label: string;
}

export interface PageForm {
  id: string | null;
  method: 'GET' | 'POST';
  /** Absolute. */
  action: string;
  fields: Record<string, string>;
  buttons: FormButton[];
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** Character references of the few kinds that server-rendered pages use. */
export const unescapeHtml = (text: string): string =>
  text.replace(/&(#\d+|#x[\da-f]+|\w+);/gi, (whole, name: string) => {
    if (/^#x/i.test(name)) return String.fromCodePoint(parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    return ENTITIES[name] ?? whole;
  });

/** What a person would read: without markup, style and head. */
export const readableText = (html: string): string =>
  unescapeHtml(html.replace(/<(style|script|head)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();

export const titleOf = (html: string): string =>
  unescapeHtml(/<title>([\s\S]*?)<\/title>/i.exec(html)?.[1] ?? '').trim();

/** The forms of a page, as far as a person without scripts could send them. */
export function formsOf(html: string, pageUrl: string): PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, tag, content]) => {
    const attributes = attributesOf(tag!);
    return {
      id: attributes['id'] ?? null,
      method: attributes['method']?.toUpperCase() === 'POST' ? 'POST' : 'GET',
      action: new URL(attributes['action'] ?? pageUrl, pageUrl).href,
      fields: fieldsOf(content!),
      buttons: buttonsOf(content!),
    };
  });
}

function fieldsOf(content: string): Record<string, string> {
  const inputs = [...content.matchAll(/<input\b([^>]*)>/gi)].map(([, tag]) => attributesOf(tag!));
  const named = inputs.filter((input) => input['name'] !== undefined && input['type'] !== 'submit');
  const areas = [...content.matchAll(/<textarea\b([^>]*)>\n?([\s\S]*?)<\/textarea>/gi)];
  return Object.fromEntries([
    ...named.map((input) => [input['name']!, input['value'] ?? '']),
    ...areas.map(([, tag, text]) => [attributesOf(tag!)['name']!, unescapeHtml(text!)]),
  ]);
}

function buttonsOf(content: string): FormButton[] {
  return [...content.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)].map(([, tag, label]) => {
    const attributes = attributesOf(tag!);
    return { name: attributes['name'] ?? null, value: attributes['value'] ?? '', label: readableText(label!) };
  });
}

function attributesOf(tag: string): Record<string, string> {
  const matches = [...tag.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)];
  return Object.fromEntries(
    matches.map(([, name, double, single, bare]) => [
      name!.toLowerCase(),
      unescapeHtml(double ?? single ?? bare ?? ''),
    ]),
  );
}
