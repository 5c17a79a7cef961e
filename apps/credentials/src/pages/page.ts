import { createHash } from 'node:crypto';
import type { Brand } from './brand.js';
import { html, Markup } from './html.js';
import { styleOf } from './style.js';
import type { Words } from './words.js';

/** Where a page's form may lead; see `pageHeaders`. */
export type FormTarget = 'none' | 'own' | 'provider';

export interface Page {
  title: string;
  body: Markup;
  /** By which whoever runs the server finds this visit in the logs. */
  requestId?: string | null;
}

/** The frame of every page, with its looks and its policies made once for the organisation. */
export class PageFrame {
  private readonly style: Markup;
  private readonly styleHash: string;

  /** @param reachedBy the protocol of our own address: `https:`, or `http:` where it runs on one machine */
  constructor(
    readonly brand: Brand,
    private readonly reachedBy: string,
  ) {
    const style = styleOf(brand);
    // One piece, so that no formatting of what surrounds it changes what the hash was made of.
    this.style = new Markup(`<style>${style}</style>`);
    this.styleHash = createHash('sha256').update(style).digest('base64');
  }

  render({ title, body, requestId }: Page, { language, reference }: Words): string {
    const { organisation } = this.brand;
    return html`<!doctype html>
      <html lang="${language}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <title>${title}</title>
          ${this.style}
        </head>
        <body>
          <main>${body}</main>
          <footer>${organisation}${requestId && html` · ${reference}: <code>${requestId}</code>`}</footer>
        </body>
      </html> `.text;
  }

  /**
   * Nothing from anywhere else, no script at all, in no frame; the address goes to nobody (RFC 9700 section 4.2.4). Browsers hold
   * `form-action` against every redirect that follows a form, so the one that leads to a provider allows what a provider's
   * own sign-in may need: any https address, and plain http only where this server itself is reached by it.
   */
  headers({ language }: Words, forms: FormTarget = 'none'): Record<string, string> {
    return {
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      vary: 'accept-language, cookie',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${this.styleHash}'; base-uri 'none'; form-action ${this.formAction(forms)}; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    };
  }

  private formAction(forms: FormTarget): string {
    if (forms === 'none') return "'none'";
    if (forms === 'own') return "'self'";
    return this.reachedBy === 'http:' ? "'self' https: http:" : "'self' https:";
  }
}
