import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { manifestJsonSchema, readManifest } from './manifest.js';
import { TEMPLATE_FUNCTIONS } from './template-functions.js';
import { TEMPLATE_PLACES, WRITTEN_REQUEST } from './template-places.js';

const page = readFileSync(new URL('../../../docs/manifests.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text]) => JSON.parse(text!) as object);

const smallest = {
  manifest: 1,
  authorize: { url: 'https://as.example.com/authorize' },
  token: { url: 'https://as.example.com/token' },
};

/** Every key that a manifest may have, at any depth. */
function keysOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}

describe('docs/manifests.md', () => {
  it.each(blocks.map((block) => [JSON.stringify(block).slice(0, 80), block] as const))(
    'has an example that is a manifest: %s',
    (_beginning, block) => {
      const beneath = 'kind' in block ? { manifest: 1 } : smallest;
      expect(() => readManifest({ ...beneath, ...block })).not.toThrow();
    },
  );

  it('has an example or a word for every key, every name and every function that there is', () => {
    const names = [...Object.values(TEMPLATE_PLACES).flat(), ...WRITTEN_REQUEST].filter((name) => !name.includes('*'));
    const words = [...keysOf(manifestJsonSchema()), ...names, ...Object.keys(TEMPLATE_FUNCTIONS)];
    const missing = [...new Set(words)].filter((word) => !new RegExp(`\\b${word}\\b`).test(page));
    expect(missing).toEqual([]);
  });
});
