import { InvalidInput, type InputFault } from '@lockkeeper/doors';

/** The closed list of what a template may ask for. */
export const NOTICE_PLACEHOLDERS = {
  organisation: 'who asks',
  service: 'the API service’s name',
  user: 'the user’s id',
  reason: 'why, in plain words',
  since: 'since when, in UTC',
  affected: 'what stops working',
  link: 'the link that mends it',
  linkExpires: 'until when the link works, in UTC',
} as const;
export type NoticeValues = Record<keyof typeof NOTICE_PLACEHOLDERS, string>;

export interface NoticeTemplate {
  subject: string;
  text: string;
  /** Null: made from the text. */
  html: string | null;
}

export interface RenderedNotice {
  subject: string;
  text: string;
  html: string;
}

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

export const USUAL_TEMPLATE: NoticeTemplate = {
  subject: 'Please reconnect {{ service }}',
  text: `Hello,

{{ organisation }} uses {{ service }} on behalf of {{ user }}. That connection needs you since {{ since }}:

{{ reason }}

{{ affected }}

To mend it, open this link and allow access once more. It works once, until {{ linkExpires }}, and only in the browser that opens it first:

{{ link }}

If you don’t know what this is about, ignore this message: nothing happens without you.
`,
  html: null,
};

/** @throws InvalidInput naming every unknown placeholder, and a link that is missing */
export function checkTemplate({ subject, text, html }: NoticeTemplate): void {
  const faults = [
    ...unknownIn(subject, '/subject'),
    ...unknownIn(text, '/text'),
    ...unknownIn(html ?? '', '/html'),
    ...withoutLink(text, '/text'),
    ...(html === null ? [] : withoutLink(html, '/html')),
    ...(/[\r\n]/.test(subject) ? [{ pointer: '/subject', message: 'must be one line' }] : []),
  ];
  if (faults.length > 0) throw new InvalidInput(faults);
}

/** Values are put in as they are told, never read as a template; in HTML they are escaped. */
export function renderNotice({ subject, text, html }: NoticeTemplate, values: NoticeValues): RenderedNotice {
  const plain = filled(text, values, (value) => value);
  return {
    subject: filled(subject, values, (value) => value.replace(/\s+/g, ' ')),
    text: plain,
    html: html === null ? htmlOf(plain, values.link) : filled(html, values, escaped),
  };
}

const filled = (template: string, values: NoticeValues, form: (value: string) => string): string =>
  template.replace(PLACEHOLDER, (_match, name: keyof NoticeValues) => form(values[name]));

/** Paragraphs, and the link as a link. */
function htmlOf(text: string, link: string): string {
  const paragraphs = text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => {
      const content = escaped(paragraph).replaceAll('\n', '<br>');
      return `<p>${content.replaceAll(escaped(link), `<a href="${escaped(link)}">${escaped(link)}</a>`)}</p>`;
    });
  return `<!doctype html>\n<html><body>\n${paragraphs.join('\n')}\n</body></html>\n`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

function unknownIn(template: string, pointer: string): InputFault[] {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name]) => name!);
  const unknown = [...new Set(names)].filter((name) => !Object.hasOwn(NOTICE_PLACEHOLDERS, name));
  const known = Object.keys(NOTICE_PLACEHOLDERS).join(', ');
  return unknown.map((name) => ({ pointer, message: `has no placeholder {{ ${name} }}; there are: ${known}` }));
}

const withoutLink = (template: string, pointer: string): InputFault[] =>
  /\{\{\s*link\s*\}\}/.test(template)
    ? []
    : [{ pointer, message: 'must hold {{ link }}, or nobody can mend anything' }];
