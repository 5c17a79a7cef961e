/** As much of JSON Schema (draft 2020-12) as the manifest's schema uses. */
interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  type?: string | string[];
  description?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

export interface Member {
  name: string;
  about: string;
  /** What to write after its name. */
  then: string;
}

/** What may stand at a place: members of an object, or the values that are named. */
export function membersAt(root: object, path: readonly string[], inValue: boolean): Member[] {
  const there = path.reduce<Schema[]>(
    (schemas, step) => schemas.flatMap((one) => into(one, step, root as Schema)),
    [root as Schema],
  );
  const schemas = there.flatMap((one) => alternatives(one, root as Schema));
  if (inValue) return named(schemas);
  const found = new Map<string, Member>();
  for (const { properties = {} } of schemas) {
    for (const [name, schema] of Object.entries(properties)) {
      const [first] = alternatives(schema, root as Schema);
      found.set(name, { name, about: schema.description ?? typeOf(first), then: opening(first) });
    }
  }
  return [...found.values()];
}

function named(schemas: Schema[]): Member[] {
  const values = schemas.flatMap(({ enum: several = [], const: one }) => (one === undefined ? several : [one]));
  return values.filter((value) => typeof value === 'string').map((name) => ({ name, about: '', then: '' }));
}

function into(schema: Schema, step: string, root: Schema): Schema[] {
  return alternatives(schema, root).flatMap(({ properties, additionalProperties, items }) => {
    const next = properties?.[step] ?? additionalProperties ?? items;
    return typeof next === 'object' ? [next] : [];
  });
}

function alternatives(schema: Schema, root: Schema): Schema[] {
  const followed = schema.$ref ? target(schema.$ref, root) : schema;
  const others = [...(followed.anyOf ?? []), ...(followed.oneOf ?? []), ...(followed.allOf ?? [])];
  return others.length === 0 ? [followed] : [followed, ...others.flatMap((one) => alternatives(one, root))];
}

const target = (reference: string, root: Schema): Schema => root.$defs?.[reference.replace('#/$defs/', '')] ?? {};
const typeOf = (schema: Schema | undefined): string => [schema?.type ?? ''].flat().join(' or ');

function opening(schema: Schema | undefined): string {
  const type = [schema?.type].flat()[0];
  if (type === 'object' || schema?.properties) return '{}';
  if (type === 'array') return '[]';
  return type === 'string' ? '""' : '';
}
