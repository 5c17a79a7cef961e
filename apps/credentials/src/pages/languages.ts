import Negotiator from 'negotiator';
import { de } from './words.de.js';
import { en } from './words.en.js';
import { es } from './words.es.js';
import { fr } from './words.fr.js';
import { ja } from './words.ja.js';
import { pt } from './words.pt.js';
import type { Words } from './words.js';
import { zh } from './words.zh.js';

export const LANGUAGES = { en, de, es, fr, pt, ja, zh } as const satisfies Record<string, Words>;

const isKnown = (tag: string): tag is keyof typeof LANGUAGES => Object.hasOwn(LANGUAGES, tag);

/** RFC 9110 section 12.5.4: the language that the browser likes best of those that there are; English where it likes none. */
export function wordsFor(acceptLanguage: string | undefined): Words {
  const negotiator = new Negotiator({ headers: { 'accept-language': acceptLanguage ?? 'en' } });
  const best = negotiator.languages(Object.keys(LANGUAGES)).find(isKnown);
  return LANGUAGES[best ?? 'en'];
}
