import { InvalidInput } from '@lockkeeper/doors';
import { fieldFaults, type Manifest, pointerTo } from '@lockkeeper/manifests';

/** A connection's values for the manifest's fields. @throws InvalidInput naming every one that is missing, unknown or not of its form */
export function checkParams(manifest: Manifest, params: Record<string, unknown>): void {
  const faults = fieldFaults(manifest, params);
  if (faults.length === 0) return;
  throw new InvalidInput(faults.map(({ key, problem }) => ({ pointer: pointerTo(['params', key]), message: problem })));
}

/** Values that could be given: the manifest's own examples. */
export function exampleParams({ fields }: Manifest): Record<string, string> {
  const examples = Object.entries(fields).map(([key, { example, options }]) => [key, example ?? options?.[0]] as const);
  return Object.fromEntries(examples.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
