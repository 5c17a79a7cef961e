import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ENTRIES } from './catalogue/entries.js';
import { readManifest } from './manifest.js';
import { ManifestRefused } from './manifest.errors.js';

/** Stands for a value that somebody pasted into the wrong place. */
const CANARY = 'canary-7f3a9c51e2d84b06a1c9';

const template = fc.oneof(
  fc.constantFrom('{{', '}}', '{{ }}', '{{ client_secret }}', '{{ nobody }}', '{{ base64(', '{{ now }}'.repeat(500)),
  fc.string({ unit: 'binary', maxLength: 40 }).map((inner) => `{{ ${inner} }}`),
);
const anything = fc.oneof(
  template,
  fc.constantFrom(
    CANARY,
    `https://${CANARY}@as.example/`,
    `javascript:${CANARY}`,
    `file:///${CANARY}`,
    null,
    -1,
    1e300,
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A manifest of the catalogue with one to three places that hold something else, or something more. */
const spoilt = fc
  .tuple(
    fc.constantFrom(...Object.values(ENTRIES)),
    fc.array(fc.tuple(fc.nat(), anything, fc.boolean()), { minLength: 1, maxLength: 3 }),
  )
  .map(([entry, changes]) => {
    const copy = structuredClone(entry) as unknown as Holder;
    for (const [choice, value, adds] of changes) change(copy, { choice, value, adds });
    return copy;
  });

type Holder = Record<string, unknown>;

function change(manifest: Holder, { choice, value, adds }: { choice: number; value: unknown; adds: boolean }): void {
  const places = placesOf(manifest);
  const { holder, key } = places[choice % places.length]!;
  if (adds) holder[`also_${key}`] = value;
  else holder[key] = value;
}

function placesOf(value: unknown): { holder: Holder; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  // A closed choice is told to whoever chose something else: it is no place for secrets.
  const keys = Object.keys(holder).filter((key) => key !== 'options');
  return keys.flatMap((key) => [{ holder, key }, ...placesOf(holder[key])]);
}

describe('Whatever is given as a manifest', () => {
  it('is read, and then read again to the same; or refused with places and mends, without its values', () => {
    fc.assert(
      fc.property(fc.oneof({ arbitrary: spoilt, weight: 4 }, { arbitrary: fc.jsonValue(), weight: 1 }), (input) => {
        try {
          const { manifest } = readManifest(input);
          expect(readManifest(manifest).manifest).toEqual(manifest);
        } catch (error) {
          expect(error).toBeInstanceOf(ManifestRefused);
          const { faults, message, detail } = error as ManifestRefused;
          expect(faults.length).toBeGreaterThan(0);
          for (const fault of faults)
            expect(fault).toMatchObject({ problem: expect.any(String), mend: expect.any(String) });
          expect(JSON.stringify([faults.map(({ problem, mend }) => [problem, mend]), message, detail])).not.toContain(
            CANARY,
          );
        }
      }),
      { seed: 20261125, numRuns: 1200 },
    );
  });
});
