import { z } from 'zod';
import { spelledOut } from './generic.js';
import { pointerTo } from './json-pointer.js';
import { ManifestRefused } from './manifest.errors.js';
import type { ManifestFault } from './manifest.errors.js';
import { manifestSchema } from './manifest.schema.js';
import type { Manifest } from './manifest.schema.js';
import { manifestWarnings } from './manifest-warnings.js';
import type { ManifestWarning } from './manifest-warnings.js';

/**
 * Checks a manifest strictly and fills in the standard's defaults. What it accepts it accepts again, unchanged.
 * Throws ManifestRefused with all faults at once.
 */
export function readManifest(written: unknown): { manifest: Manifest; warnings: ManifestWarning[] } {
  const input = spelledOut(written);
  const first = manifestSchema.safeParse(input);
  if (first.success) return { manifest: first.data, warnings: manifestWarnings(first.data) };
  // zod looks for contradictions only where the form is sound; without the unknown keys it may be.
  const unknown = first.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
  const second = unknown.length > 0 ? manifestSchema.safeParse(without(input, unknown)) : first;
  const further = (second.error?.issues ?? []).flatMap((issue) => faultsOf(issue));
  throw new ManifestRefused(unique([...unknown.flatMap((issue) => faultsOf(issue)), ...further]));
}

/** The manifest as JSON Schema (draft 2020-12), for editors: the form, without the contradictions. */
export function manifestJsonSchema(): z.core.JSONSchema.BaseSchema {
  const { $schema, ...schema } = z.toJSONSchema(manifestSchema, { io: 'input', target: 'draft-2020-12' });
  return { $schema, $id: 'urn:lockkeeper:manifest:1', title: 'Lockkeeper manifest, version 1', ...schema };
}

type Issue = z.core.$ZodIssue;

function faultsOf(issue: Issue, above: PropertyKey[] = []): ManifestFault[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const mend = 'Take it out, or correct its spelling.';
    return issue.keys.map((key) => ({ pointer: pointerTo([...path, key]), problem: issue.message, mend }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return nearest(issue.errors).flatMap((inner) => faultsOf(inner, path));
  }
  return [{ pointer: pointerTo(path), ...wordsFor(issue) }];
}

/** Of a choice's alternatives the one that was most probably meant: the one with the least to mend. */
function nearest(alternatives: readonly (readonly Issue[])[]): readonly Issue[] {
  return alternatives.reduce((best, one) => (weight(one) < weight(best) ? one : best));
}

const weight = (issues: readonly Issue[]): number =>
  issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);

function wordsFor(issue: Issue): Omit<ManifestFault, 'pointer'> {
  if (issue.code === 'custom') {
    const mend: unknown = issue.params?.mend;
    return { problem: issue.message, mend: typeof mend === 'string' ? mend : 'Correct the template.' };
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String).join(', ');
    return { problem: 'has a value that is not known here', mend: `Write one of: ${values}.` };
  }
  if (issue.code === 'invalid_type') {
    const missing = issue.message.endsWith('received undefined');
    return { problem: missing ? 'is missing' : 'is of the wrong type', mend: `Give it as: ${issue.expected}.` };
  }
  return { problem: issue.message, mend: 'Correct the value.' };
}

function without(input: unknown, issues: readonly z.core.$ZodIssueUnrecognizedKeys[]): unknown {
  const copy: unknown = structuredClone(input);
  for (const { path, keys } of issues) {
    const holder = path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown>)[step], copy);
    for (const key of keys) delete (holder as Record<string, unknown>)[key];
  }
  return copy;
}

function unique(faults: ManifestFault[]): ManifestFault[] {
  return [...new Map(faults.map((fault) => [`${fault.pointer} ${fault.problem}`, fault])).values()];
}
