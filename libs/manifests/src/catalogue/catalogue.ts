import { readManifest } from '../manifest.js';
import type { Manifest, ManifestInput } from '../manifest.schema.js';
import { renderTemplate } from '../template.js';
import { ENTRIES } from './entries.js';
import { sandbox } from './entries/sandbox.js';

export interface CatalogueEntry {
  slug: string;
  name: string;
  manifest: Manifest;
}

/** The manifests that ship with the product. They are read like everybody's: the catalogue has no power that an uploaded manifest lacks. */
export class Catalogue {
  private readonly inputs: ReadonlyMap<string, ManifestInput>;
  /** Each is read when it is first asked for: all of them would be a tenth of a start. */
  private readonly entries = new Map<string, CatalogueEntry>();

  /** @param sandboxUrl the sandbox's issuer, without a slash at its end; without it there is no entry `sandbox` */
  constructor({ sandboxUrl }: { sandboxUrl?: string | undefined } = {}) {
    const manifests = { ...ENTRIES, ...(sandboxUrl !== undefined && { sandbox: sandbox(sandboxUrl) }) };
    this.inputs = new Map(Object.entries(manifests));
  }

  find(slug: string): CatalogueEntry | null {
    const input = this.inputs.get(slug);
    if (input === undefined) return null;
    const entry = this.entries.get(slug) ?? entryOf(slug, input);
    this.entries.set(slug, entry);
    return entry;
  }

  /** Those that have all the words in their name, slug or tags; by slug. */
  search(text: string): CatalogueEntry[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return this.list().filter(({ slug, name, manifest: { tags } }) => {
      const described = [slug, name, ...tags].join(' ').toLowerCase();
      return words.every((word) => described.includes(word));
    });
  }

  /** By slug, in alphabetical order. */
  list(): CatalogueEntry[] {
    return [...this.inputs.keys()].sort((a, b) => a.localeCompare(b)).map((slug) => this.find(slug)!);
  }
}

/** The paragraph for the admin who registers the service, with the redirect URI that belongs into the provider's form. */
export function renderGuide(manifest: Manifest, redirectUri: string): string | null {
  return manifest.guide === undefined ? null : renderTemplate(manifest.guide, { redirect_uri: redirectUri });
}

function entryOf(slug: string, input: ManifestInput): CatalogueEntry {
  const { manifest } = readManifest(input);
  return { slug, name: manifest.name ?? slug, manifest };
}
