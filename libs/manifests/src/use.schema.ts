import { z } from 'zod';
import { JSON_POINTER } from './json-pointer.js';
import { headers, strict, template, url } from './request.schema.js';

const parameter = z.string().min(1);

/** Of a filled-in credential: what calls carry besides `credential`, or instead of it. */
const filledIn = {
  /**
   * What travels as a token would, in `header` or `query`; and what consumers may read. Without it, a connection that was filled in
   * can be used through the proxy only. Where there is just one sensitive field, and nothing else says how it travels, it is that one.
   */
  credential: template('use').optional(),
  /** RFC 7617: both go into `Authorization`. */
  basic: strict({ user: template('use'), password: template('use') }).optional(),
  /** Further parameters of every call's query. */
  parameters: z.record(parameter, template('use')).default({}),
  /** Members that are laid into every call's body, which is JSON or a form: `encoding` is for calls that have none. */
  body: strict({
    encoding: z.enum(['json', 'form']).default('json'),
    parameters: z.record(parameter, template('use')),
  }).optional(),
};

export const use = strict({
  header: z.string().min(1).default('Authorization'),
  /** Before the token, with a space; empty puts the token alone. */
  scheme: z.string().default('Bearer'),
  /** The token travels in this parameter of the query instead of the header: only where the provider knows no other way. */
  query: parameter.optional(),
  /** What every call needs besides. */
  headers: headers('use', []).default({}),
  /** Where tokens may travel, and nowhere else. Empty: no calls on behalf of a connection. */
  baseUrls: z.array(url('use')).default([]),
  /** By which the API says that the token is no good any more; a fresh one is asked for then. */
  refusedStatuses: z.array(z.int().min(400).max(499)).min(1).default([401]),
  /** The same, said in a JSON body whatever the status is: any one of them. For APIs that answer 200 with an error inside. */
  refusedAnswers: z
    .array(
      strict({
        at: z.string().regex(JSON_POINTER, 'is not a JSON pointer (RFC 6901)'),
        equals: z.union([z.string(), z.number(), z.boolean()]),
      }),
    )
    .min(1)
    .max(20)
    .optional(),
  ...filledIn,
});
