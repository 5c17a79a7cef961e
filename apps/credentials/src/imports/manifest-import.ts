import { Injectable } from '@nestjs/common';
import { InvalidInput } from '@lockkeeper/doors';
import { pointerTo, readManifest } from '@lockkeeper/manifests';
import { ApiServiceView } from '../api-services/api-service.dto.js';
import { ApiServices } from '../api-services/api-services.js';
import { fieldKey } from './chief-names.js';
import { chiefManifest, type ChiefManifest } from './chief-manifest.js';
import { translated, type Translation } from './chief-translation.js';
import type { ImportInput, ImportView } from './imports.dto.js';

/** Takes over manifests that were written for ChiefOnboarding. */
@Injectable()
export class ManifestImport {
  constructor(private readonly apiServices: ApiServices) {}

  /** @throws InvalidInput with every place that can't be taken over, ManifestRefused, SlugTaken: in a dry run, too */
  async run(input: ImportInput, dryRun: boolean): Promise<ImportView> {
    const slug = input.slug;
    if (slug === undefined) throw new InvalidInput([{ pointer: '/slug', message: 'is needed with a manifest' }]);
    const chief = readChief(input.manifest);
    const values = checkedValues(chief, input.values ?? {});
    const translation = translated(chief, values);
    const faults = [
      ...translation.faults,
      ...missingClient(translation, values),
      ...strayValues(chief, values, translation),
    ];
    if (faults.length > 0) throw new InvalidInput(faults);
    const { manifest, warnings } = readManifest(translation.manifest);
    const client = clientOf(translation, values);
    const name = input.name ?? slug;
    await this.apiServices.assertFree(slug);
    const registered = dryRun
      ? null
      : await this.apiServices.register({ slug, name, manifest: { ...manifest }, ...client });
    const redirectUri = manifest.kind === 'generic' ? null : this.apiServices.redirectUri({ slug });
    return {
      dryRun,
      apiService: registered && ApiServiceView.of(registered, this.apiServices.redirectUri(registered)),
      manifest,
      redirectUri,
      notes: translation.notes,
      warnings,
      lines: [],
    };
  }
}

/** @throws InvalidInput */
function readChief(manifest: unknown): ChiefManifest {
  const strange = strangeness(manifest as Record<string, unknown>);
  if (strange !== null) throw new InvalidInput([{ pointer: '/manifest', message: strange }]);
  const read = chiefManifest.safeParse(manifest);
  if (read.success) return read.data;
  throw new InvalidInput(
    read.error.issues.map(({ path, message }) => ({
      pointer: pointerTo(['manifest', ...path]),
      message: inWords(message),
    })),
  );
}

/** Why it is none of ChiefOnboarding's, where that can be seen at once. */
function strangeness(manifest: Record<string, unknown>): string | null {
  if ('manifest' in manifest)
    return 'is a manifest as they are here: register it by POST /v1/api-services with slug and manifest';
  return 'oauth' in manifest || 'initial_data_form' in manifest
    ? null
    : 'is no ChiefOnboarding manifest: it has neither oauth nor initial_data_form';
}

const inWords = (message: string): string =>
  message
    .replace(/^Invalid input: expected (\w+), received undefined$/, 'is missing: $1')
    .replace(/^Invalid input: expected (\w+), received (\w+)$/, 'must be of type $1, and is $2');

/** @throws InvalidInput */
function checkedValues(
  { initial_data_form: form }: ChiefManifest,
  values: Record<string, unknown>,
): Record<string, string> {
  const known = new Set(form.map(({ id }) => id));
  const faults = Object.entries(values).flatMap(([id, value]) => {
    const pointer = pointerTo(['values', id]);
    if (!known.has(id)) return [{ pointer, message: 'is no field of initial_data_form' }];
    return typeof value === 'string' && value !== '' ? [] : [{ pointer, message: 'must be a text' }];
  });
  if (faults.length > 0) throw new InvalidInput(faults);
  return values as Record<string, string>;
}

/** What the client is: without it nobody can consent. */
function missingClient({ clientId, clientSecret, secrets, manifest }: Translation, values: Record<string, string>) {
  if (manifest.kind === 'generic') return [];
  if (clientId === null)
    return [{ pointer: '/manifest/oauth', message: 'sends no client_id from a field of initial_data_form' }];
  const needed = [
    ...[clientId, clientSecret].filter((id) => id !== null).map((id) => ({ id, whose: 'the client’s' })),
    ...secrets.map((id) => ({ id, whose: 'a secret of the API service, sent with its token requests' })),
  ];
  return needed
    .filter(({ id }) => values[id] === undefined)
    .map(({ id, whose }) => ({ pointer: pointerTo(['values', id]), message: `is needed: it is ${whose}` }));
}

/** A secret of a user’s has no place in an API service, nor has one that nothing sends. */
function strayValues(
  { initial_data_form: form }: ChiefManifest,
  values: Record<string, string>,
  { clientId, clientSecret, secrets, manifest }: Translation,
) {
  const placed = [clientId, clientSecret, ...secrets];
  const message =
    manifest.kind === 'generic'
      ? 'is secret: users fill it in on the page behind an authorization link'
      : 'is secret, and no token request sends it: leave it out';
  return form
    .filter(({ id, secret }) => secret && values[id] !== undefined && !placed.includes(id))
    .map(({ id }) => ({ pointer: pointerTo(['values', id]), message }));
}

function clientOf({ clientId, clientSecret, secrets }: Translation, values: Record<string, string>) {
  return {
    ...(clientId !== null && { clientId: values[clientId]! }),
    ...(clientSecret !== null && { clientSecret: values[clientSecret]! }),
    secrets: Object.fromEntries(secrets.map((id) => [fieldKey(id), values[id]!])),
  };
}
