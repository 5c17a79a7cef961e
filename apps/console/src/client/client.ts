import createClient, { type Client } from 'openapi-fetch';
import { CONSOLE_HEADER, presence } from './presence';

/** A client of the doors that an OpenAPI document describes; `paths` is generated from it. */
export function clientOf<Paths extends object>(): Client<Paths> {
  const client = createClient<Paths>({ baseUrl: window.location.origin });
  client.use({
    onRequest({ request }) {
      request.headers.set(CONSOLE_HEADER, presence());
      return request;
    },
    onResponse({ response }) {
      if (response.status === 401) window.dispatchEvent(new Event(SIGNED_OUT));
      return undefined;
    },
  });
  return client;
}

/** The server knows no session of ours any more. */
export const SIGNED_OUT = 'lockkeeper:signed-out';
