import { z } from 'zod';
import { urlFaults } from './manifest-url.js';
import { templateFaults, WRITTEN_REQUEST } from './template-places.js';
import type { TemplatePlace } from './template-places.js';

/**
 * An object that knows its keys: an unknown one is an error that names what is known.
 * Every object of a manifest is one, so that no key is ever silently ignored.
 */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `is not known here; known are ${Object.keys(shape).join(', ')}` : undefined,
  });
}

/** Text with placeholders of the closed list that its place allows. */
export const template = (place: TemplatePlace, besides: readonly string[] = []) =>
  z.string().superRefine((text, context) => {
    for (const problem of templateFaults(text, place, besides)) context.addIssue({ code: 'custom', message: problem });
  });

/** An absolute URL; with a place, one that may have placeholders. Where its host has one, the manifest's `hosts` say which hosts are meant. */
export const url = (place?: TemplatePlace) =>
  (place ? template(place) : z.string()).superRefine((text, context) => {
    for (const { problem, mend } of urlFaults(text))
      context.addIssue({ code: 'custom', message: problem, params: { mend } });
    if (!place && text.includes('{{'))
      context.addIssue({ code: 'custom', message: 'has a placeholder, and none is filled in here' });
  });

/** RFC 9110 section 5.6.2; the headers that frame a message are the connection's own. */
const headerName = z
  .string()
  .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, 'is not a header name')
  .refine(
    (name) => !/^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|proxy-.*)$/i.test(name),
    {
      error: 'is a header that the connection sets itself',
    },
  );

/** Written last, so that a header can sign the rest of its request: see WRITTEN_REQUEST. */
export const headers = (place: TemplatePlace, besides: readonly string[] = WRITTEN_REQUEST) =>
  z.record(headerName, template(place, besides));

/** In JSON and XML, a name that begins with a slash is a JSON pointer: it says where in the document the value stands. */
const parameterName = z.string().min(1);
const parameterValue = (place: TemplatePlace) => z.union([template(place), z.number(), z.boolean()]);

/** Laid over the standard's parameters: a value adds or replaces, null leaves out. Values that render to nothing are left out as well. */
export const overlay = (place: TemplatePlace) => z.record(parameterName, parameterValue(place).nullable());

/**
 * `custom`: by the manifest's own templates, and nothing else; where a provider wants a signature, other names, or half a Basic pair.
 * `private_key_jwt`: RFC 7523, by a key that is drawn here. `tls_client_auth`: RFC 8705, by the API service's certificate, self-signed or not.
 */
export const CLIENT_AUTHENTICATIONS = [
  'private_key_jwt',
  'tls_client_auth',
  'basic',
  'basic_raw',
  'post',
  'custom',
  'none',
] as const;

/** `client`: as `clientAuthentication` says; `access_token`: as `use` says; else the named way. One at a time (RFC 6749 section 2.3). */
export const requestAuthentication = z.enum(['client', 'access_token', ...CLIENT_AUTHENTICATIONS]);

/** `query`: the parameters go into the URL, whatever the method is. */
const encoding = z.enum(['form', 'json', 'xml', 'query', 'none']);
const xmlRoot = z.string().regex(/^[A-Za-z_][\w.-]*$/, 'is not an XML name');

/** One request, all of it said: used for follow-ups, revocation and tests. Read methods have no body. */
export const request = (
  place: TemplatePlace,
  defaults: { method: 'GET' | 'POST'; authentication: 'client' | 'access_token' },
) =>
  strict({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default(defaults.method),
    url: url(place),
    query: z.record(parameterName, template(place)).default({}),
    headers: headers(place).default({}),
    authentication: requestAuthentication.default(defaults.authentication),
    body: strict({
      encoding: encoding.default('form'),
      /** XML only: the name of the outermost element. */
      root: xmlRoot.default('request'),
      parameters: z.record(parameterName, parameterValue(place)).default({}),
    }).prefault({ encoding: 'none' }),
  });

export const tokenBody = (place: TemplatePlace) =>
  strict({
    encoding: encoding.exclude(['none']).default('form'),
    root: xmlRoot.default('request'),
    parameters: overlay(place).default({}),
  });

/** Empty in generic manifests, which have no token endpoint; in all others that is a contradiction. */
const tokenUrl = z
  .string()
  .default('')
  .superRefine((text, context) => {
    const { error } = text === '' ? {} : url('token').safeParse(text);
    for (const { message, ...issue } of error?.issues ?? [])
      context.addIssue({ code: 'custom', message, params: 'params' in issue ? issue.params : undefined });
  });

/** What differs from RFC 6749's request to the token endpoint: sections 4.1.3 and 6 say all the rest. */
export const tokenRequest = strict({
  method: z.enum(['POST', 'GET']).default('POST'),
  url: tokenUrl,
  query: z.record(parameterName, template('token')).default({}),
  headers: headers('token').default({}),
  authentication: requestAuthentication.exclude(['access_token']).default('client'),
  body: tokenBody('token').prefault({}),
});

/** The same for a refresh; what it doesn't say is as in the token request, member by member. */
export const refreshRequest = strict({
  method: z.enum(['POST', 'GET']).optional(),
  url: url('refresh').optional(),
  query: z.record(parameterName, template('refresh')).optional(),
  headers: headers('refresh').optional(),
  authentication: requestAuthentication.optional(),
  body: tokenBody('refresh').optional(),
});
