import { CookieJar } from 'tough-cookie';
import { type FormButton, type PageForm, formsOf, readableText, titleOf } from './html-page.js';

/** One request and its answer. */
export interface Hop {
  method: string;
  url: string;
  status: number;
  /** Where the answer redirects to, absolute. */
  location: string | null;
  headers: Headers;
  body: string;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_HOPS = 12;
const TIMEOUT_MS = 90_000;

/** Where the browser has come to rest, with the way there. */
export class Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;

  constructor(readonly hops: readonly Hop[]) {
    const last = hops.at(-1)!;
    this.url = last.url;
    this.status = last.status;
    this.headers = last.headers;
    this.body = last.body;
  }

  get title(): string {
    return titleOf(this.body);
  }

  /** What a person would read. */
  get text(): string {
    return readableText(this.body);
  }

  get forms(): PageForm[] {
    return formsOf(this.body, this.url);
  }

  /** The first hop whose address begins with the prefix: to look at one leg of the way. */
  hopTo(prefix: string): Hop {
    const found = this.hops.find((hop) => hop.url.startsWith(prefix));
    if (!found) throw new Error(`The browser did not come by ${prefix}:\n${this.hops.map(describeHop).join('\n')}`);
    return found;
  }
}

/** A browser without scripts: cookies, redirects and forms. Every hop is kept, so that each can be looked at. */
export class Browser {
  readonly hops: Hop[] = [];

  constructor(
    readonly cookies: CookieJar = new CookieJar(),
    private readonly language = 'en',
  ) {}

  /** @param until stops before following a redirect to an address that begins with it; the page is the redirecting answer */
  async open(url: string, until?: string): Promise<Page> {
    return this.follow({ method: 'GET', url }, until);
  }

  /** Opens an authorization link and continues, as a person would who has read its page. */
  async enter(link: string, until?: string): Promise<Page> {
    const page = await this.open(link);
    if (page.status !== 200) return page;
    return this.submit(page, { form: 'continue', ...(until !== undefined && { until }) });
  }

  /** Sends a form of the page by the button with this label, or by its first one. Fields that are given replace the page's. */
  async submit(page: Page, choice: FormChoice = {}): Promise<Page> {
    const { form, button } = choose(page, choice);
    const fields = new URLSearchParams({ ...form.fields, ...choice.fields });
    if (button?.name) fields.set(button.name, button.value);
    if (form.method === 'GET') return this.open(`${form.action.split('?')[0]}?${fields}`, choice.until);
    const origin = new URL(page.url).origin;
    return this.follow({ method: 'POST', url: form.action, body: fields, origin }, choice.until);
  }

  private async follow(first: Request, until: string | undefined): Promise<Page> {
    const way: Hop[] = [];
    let next: Request | null = first;
    while (next) {
      if (way.length >= MAX_HOPS) throw new Error(`Redirected in circles:\n${way.map(describeHop).join('\n')}`);
      const hop: Hop = await this.send(next);
      way.push(hop);
      next = hop.location !== null && !(until && hop.location.startsWith(until)) ? redirected(next, hop) : null;
    }
    return new Page(way);
  }

  private async send({ method, url, body, origin }: Request): Promise<Hop> {
    const cookie = await this.cookies.getCookieString(url);
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        accept: 'text/html',
        'accept-language': this.language,
        ...(cookie && { cookie }),
        ...(origin && { origin }),
      },
      ...(body && { body }),
    });
    for (const each of response.headers.getSetCookie()) await this.cookies.setCookie(each, url, { ignoreError: true });
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
    const hop: Hop = {
      method,
      url,
      status: response.status,
      location: location === null ? null : new URL(location, url).href,
      headers: response.headers,
      body: await response.text(),
    };
    this.hops.push(hop);
    return hop;
  }
}

export interface FormChoice {
  /** The form's id; without it the first form. */
  form?: string;
  /** The button's label; without it the form's first button. */
  button?: string;
  fields?: Record<string, string>;
  until?: string;
}

interface Request {
  method: string;
  url: string;
  body?: URLSearchParams;
  origin?: string;
}

function choose(page: Page, choice: FormChoice): { form: PageForm; button: FormButton | undefined } {
  const form = page.forms.find((each) => choice.form === undefined || each.id === choice.form);
  if (!form) throw new Error(`No form ${choice.form ?? ''} on ${page.status} ${page.url}: ${page.text}`);
  const button = choice.button ? form.buttons.find((each) => each.label.includes(choice.button!)) : form.buttons[0];
  if (choice.button && !button) throw new Error(`No button “${choice.button}” on ${page.url}: ${page.text}`);
  return { form, button };
}

/** 307 and 308 repeat the request; after the others browsers ask by GET. */
function redirected(request: Request, hop: Hop): Request {
  const repeat = hop.status === 307 || hop.status === 308;
  return repeat ? { ...request, url: hop.location! } : { method: 'GET', url: hop.location! };
}

/** Without the query: it may hold a code. */
const describeHop = ({ method, url, status }: Hop): string => `  ${method} ${url.split('?')[0]} → ${status}`;
