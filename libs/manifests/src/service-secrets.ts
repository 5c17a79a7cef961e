import { z } from 'zod';
import { strict } from './request.schema.js';

const LONGEST = 10_000;

/** A secret of the API service itself besides the client's: a developer token, a subscription key. Given at registration, once for all connections. */
export const serviceSecret = strict({
  label: z.string().min(1).max(100),
  help: z.string().max(500).optional(),
});

interface WithSecrets {
  secrets?: Readonly<Record<string, z.output<typeof serviceSecret>>> | undefined;
}

/** Their names, in the manifest's order; templates have them as `secret.<name>`. */
export const serviceSecretNames = ({ secrets = {} }: WithSecrets): string[] => Object.keys(secrets);

/**
 * What is wrong with the secrets that an API service is given, each with its name; empty where nothing is.
 * @param held names of those that it has already, and keeps where they aren't given
 */
export function serviceSecretFaults(
  { secrets = {} }: WithSecrets,
  given: Readonly<Record<string, unknown>>,
  held: readonly string[],
): { name: string; problem: string }[] {
  const list = Object.keys(secrets).join(', ');
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(secrets, name));
  return [
    ...unknown.map((name) => ({
      name,
      problem: `is no secret of its manifest; ${list ? `there are: ${list}` : 'it has none'}`,
    })),
    ...Object.entries(secrets).flatMap(([name, { label }]) => {
      if (Object.hasOwn(given, name)) return isText(given[name]) ? [] : [{ name, problem: NO_TEXT }];
      return held.includes(name) ? [] : [{ name, problem: `is needed: ${label}` }];
    }),
  ];
}

const NO_TEXT = `must be a text of 1 to ${LONGEST} characters`;
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= LONGEST;
