import { tokensOf } from '@lockkeeper/manifests';
import type { ManifestRequest } from '@lockkeeper/manifests';
import { writeXml } from './xml-document.js';

export type ParameterValue = string | number | boolean;
/** A list is sent as a parameter that comes several times: of all of OAuth, RFC 8693 section 2.1 alone lets `resource` and `audience` do so. */
export type Parameters = Map<string, ParameterValue | readonly string[]>;

interface Document {
  [name: string]: ParameterValue | readonly string[] | Document;
}

export interface WrittenBody {
  body: string;
  contentType: string;
}

type BodyEncoding = Exclude<ManifestRequest['body']['encoding'], 'query' | 'none'>;

/** A body and its content type. `root` is the outermost element's name in XML. */
export function encodeBody(
  { encoding, root }: { encoding: BodyEncoding; root: string },
  parameters: Parameters,
): WrittenBody {
  if (encoding === 'form')
    return { body: toForm(parameters).toString(), contentType: 'application/x-www-form-urlencoded' };
  const document = documentOf(parameters);
  if (encoding === 'json') return { body: JSON.stringify(document), contentType: 'application/json' };
  return { body: writeXml(root, document), contentType: 'application/xml' };
}

export const toForm = (parameters: Parameters): URLSearchParams =>
  new URLSearchParams(
    [...parameters].flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
    ),
  );

/** A name that begins with a slash is a JSON pointer to where its value stands. */
function documentOf(parameters: Parameters): Document {
  const document = Object.create(null) as Document;
  for (const [name, value] of parameters) {
    const path = name.startsWith('/') ? tokensOf(name) : [name];
    const holder = path.slice(0, -1).reduce((parent, token) => memberOf(parent, token), document);
    holder[path.at(-1)!] = value;
  }
  return document;
}

function memberOf(parent: Document, name: string): Document {
  const known = parent[name];
  if (typeof known === 'object' && !Array.isArray(known)) return known as Document;
  const fresh = Object.create(null) as Document;
  parent[name] = fresh;
  return fresh;
}
