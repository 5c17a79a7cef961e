import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Brand } from './brand.js';
import { wordsFor } from './languages.js';
import { type FormTarget, type Page, PageFrame } from './page.js';
import type { Words } from './words.js';

export interface Showing {
  status?: number;
  /** Where the page's form may lead; `none` where it has none. */
  forms?: FormTarget;
}

/** Shows pages to end users: in the organisation's name and colour, and in the browser's language. */
@Injectable()
export class Pages {
  private readonly frame: PageFrame;

  constructor(@Inject(SETTINGS) settings: Settings) {
    const { CREDENTIALS_ORGANISATION_NAME: organisation, CREDENTIALS_ORGANISATION_COLOUR: colour } = settings;
    this.frame = new PageFrame({ organisation, colour }, new URL(settings.CREDENTIALS_PUBLIC_URL).protocol);
  }

  /** @param make the page, of the words of its reader's language and the organisation's brand */
  async show(
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
    make: (words: Words, brand: Brand) => Page,
    { status = 200, forms = 'none' }: Showing = {},
  ): Promise<void> {
    const words = wordsFor(request.headers['accept-language']);
    const page = this.frame.render(make(words, this.frame.brand), words);
    await reply.status(status).headers(this.frame.headers(words, forms)).send(page);
  }
}
