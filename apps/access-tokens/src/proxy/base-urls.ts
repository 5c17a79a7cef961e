import { UrlRefused, type UrlRefusal } from './proxy.errors.js';

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
/** White space and controls, which URL parsers drop in silence, and the backslash, which some take for a slash. */
const UNREADABLE = /[\u0000-\u0020\u007f\\]/;
const CONTROL = /[\u0000-\u001f\u007f]/;
/** RFC 6750 section 5.3: a token in a query ends up in logs. */
const TOKEN_PARAMETER = 'access_token';
/** A path that is still encoded after so many rounds is hiding something. */
const DECODING_ROUNDS = 4;

/**
 * Where an API service's tokens may travel, and nowhere else. Callers' texts are only ever appended to a base URL, after it was made sure
 * that nobody on the way (we, a gateway, the API itself) can read them as leading out of it.
 */
export class BaseUrls {
  private static readonly read = new WeakMap<readonly string[], BaseUrls>();
  private readonly bases: readonly BaseUrl[];

  constructor(private readonly urls: readonly string[]) {
    this.bases = urls.map(baseUrlOf);
  }

  /** Read once for as long as the list is remembered, which mustn't change. */
  static of(urls: readonly string[]): BaseUrls {
    const known = BaseUrls.read.get(urls) ?? new BaseUrls(urls);
    BaseUrls.read.set(urls, known);
    return known;
  }

  /**
   * @param below path and query as they came over the wire, with or without the first slash
   * @param base which one; the first, if not told
   * @throws UrlRefused
   */
  join(below: string, base: string | null = null): URL {
    const under = base === null ? this.bases[0] : this.bases.find((one) => isSame(one, base));
    if (under === undefined) throw this.refusal(this.urls.length === 0 ? 'no_base_urls' : 'outside');
    return this.below(under, below);
  }

  /** @param url absolute, or path and query below the first base URL. @throws UrlRefused */
  admit(url: string): URL {
    if (!SCHEME.test(url) && !url.startsWith('//')) return this.join(url);
    const wanted = this.parsed(url);
    const base = this.bases.find((candidate) => covers(candidate, wanted));
    if (!base) throw this.refusal(this.urls.length === 0 ? 'no_base_urls' : 'outside');
    return this.below(base, wanted.pathname.slice(base.root.length) + wanted.search);
  }

  private parsed(url: string): URL {
    const wanted = UNREADABLE.test(url) ? null : URL.parse(url);
    if (!wanted) throw this.refusal('unreadable');
    if (wanted.username || wanted.password) throw this.refusal('user_name');
    // The parser resolves dot segments; whoever wrote them is told rather than second-guessed.
    this.checkPath(url.replace(/^[^/]*\/\/[^/?#]*/, '').split(/[?#]/, 1)[0]!);
    return wanted;
  }

  private below(base: BaseUrl, text: string): URL {
    if (UNREADABLE.test(text) || text.includes('#')) throw this.refusal('unreadable');
    const [path = '', ...query] = text.split('?');
    this.checkPath(path);
    const target = new URL(`${base.origin}${base.root}/${path.replace(/^\//, '')}${withoutToken(query.join('?'))}`);
    if (!covers(base, target)) throw this.refusal('outside');
    return target;
  }

  private checkPath(path: string): void {
    if (!isDecodable(path)) throw this.refusal('unreadable');
    if (path.split('/').some(climbs)) throw this.refusal('climbs');
  }

  private refusal(reason: UrlRefusal): UrlRefused {
    return new UrlRefused(reason, this.urls);
  }
}

interface BaseUrl {
  origin: string;
  /** Its path without the slash at its end. */
  root: string;
}

function baseUrlOf(text: string): BaseUrl {
  const { origin, pathname } = new URL(text);
  return { origin, root: pathname.replace(/\/+$/, '') };
}

function isSame({ origin, root }: BaseUrl, text: string): boolean {
  const other = URL.canParse(text) ? baseUrlOf(text) : null;
  return other?.origin === origin && other.root === root;
}

const covers = ({ origin, root }: BaseUrl, url: URL): boolean =>
  origin === url.origin && (url.pathname === root || url.pathname.startsWith(`${root}/`));

/** Valid UTF-8 behind every escape, which leaves out the overlong forms of dots and slashes; and no control characters. */
function isDecodable(path: string): boolean {
  try {
    return !CONTROL.test(decodeURIComponent(path));
  } catch {
    return false; // a stray percent sign, or bytes that are no UTF-8: servers differ in what they make of it
  }
}

/** Whether a segment is `.` or `..`, or becomes it when it is decoded, once or several times, or when a server cuts parameters off. */
function climbs(segment: string): boolean {
  let text = segment;
  for (let round = 0; round < DECODING_ROUNDS; round += 1) {
    if (text.split(/[/\\]/).some((part) => /^\.{1,2}(;|$)/.test(part))) return true;
    const decoded = text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    if (decoded === text) return false;
    text = decoded;
  }
  return true;
}

/** The other parameters stay as they were written, character by character. */
function withoutToken(query: string): string {
  if (query === '') return '';
  const kept = query.split('&').filter((parameter) => nameOf(parameter) !== TOKEN_PARAMETER);
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

const nameOf = (parameter: string): string => [...new URLSearchParams(parameter).keys()][0]?.trim().toLowerCase() ?? '';
