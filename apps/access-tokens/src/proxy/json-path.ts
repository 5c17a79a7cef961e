import { JSONPathEnvironment, type JSONValue } from 'json-p3';
import { JsonPathInvalid } from './proxy.errors.js';

/** Strict: RFC 9535, without anybody's extensions. */
const environment = new JSONPathEnvironment({ strict: true });

/** @throws JsonPathInvalid */
export function checkJsonPath(path: string): void {
  try {
    environment.compile(path);
  } catch (error) {
    throw new JsonPathInvalid(error instanceof Error ? error.message : 'It cannot be read');
  }
}

/**
 * A singular query (RFC 9535 section 2.3.5.1) stands for one value: that value, or undefined.
 * Any other stands for a list: its values in document order, none being an empty list.
 */
export function queryJson(path: string, document: JSONValue): unknown {
  const query = environment.compile(path);
  const values = query.query(document).values();
  return query.singularQuery() ? values[0] : values;
}
