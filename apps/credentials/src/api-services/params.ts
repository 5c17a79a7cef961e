import { InvalidInput } from '@lockkeeper/doors';
import { fieldFaults, isGeneric, type Manifest, pointerTo, sensitiveFields } from '@lockkeeper/manifests';

/**
 * A connection's values for the manifest's fields. Of a generic API service they are only what its user is shown to begin with, and
 * never what is sensitive.
 * @throws InvalidInput naming every one that is missing, unknown or not of its form
 */
export function checkParams(manifest: Manifest, params: Record<string, unknown>): void {
  const faults = isGeneric(manifest) ? beginningFaults(manifest, params) : fieldFaults(manifest, params);
  if (faults.length === 0) return;
  throw new InvalidInput(faults.map(({ key, problem }) => ({ pointer: pointerTo(['params', key]), message: problem })));
}

const ON_THE_PAGE = 'is sensitive: its user fills it in on the page behind an authorization link';

function beginningFaults(manifest: Manifest, params: Record<string, unknown>): { key: string; problem: string }[] {
  const given = fieldFaults(manifest, params).filter(({ key }) => Object.hasOwn(params, key));
  const secret = sensitiveFields(manifest).filter((key) => Object.hasOwn(params, key));
  return [...given.filter(({ key }) => !secret.includes(key)), ...secret.map((key) => ({ key, problem: ON_THE_PAGE }))];
}

/** Values that could be given: the manifest's own examples. */
export function exampleParams({ fields }: Manifest): Record<string, string> {
  const examples = Object.entries(fields).map(([key, { example, options }]) => [key, example ?? options?.[0]] as const);
  return Object.fromEntries(examples.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
