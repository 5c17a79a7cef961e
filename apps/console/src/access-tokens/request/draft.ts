export interface Draft {
  apiService: string;
  user: string;
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  url: string;
  /** One on each line. */
  headers: string;
  body: string;
  findBy: 'none' | 'find' | 'jsonPath';
  wanted: string;
}

export interface Request {
  apiService: string;
  user: string;
  method: Draft['method'];
  url: string;
  headers?: Record<string, string>;
  json?: Record<string, never>;
  body?: string;
  find?: string;
  jsonPath?: string;
}

/** What `POST /v1/requests` takes. A body that is JSON is sent as JSON, unless the headers name another type. */
export function requestOf({ apiService, user, method, url, headers, body, findBy, wanted }: Draft): Request {
  const fields = headersIn(headers);
  return {
    ...{ apiService, user, method, url },
    ...(Object.keys(fields).length > 0 && { headers: fields }),
    ...bodyOf(
      body,
      Object.keys(fields).some((name) => name.toLowerCase() === 'content-type'),
    ),
    ...(findBy !== 'none' && wanted && { [findBy]: wanted }),
  };
}

function headersIn(text: string): Record<string, string> {
  const lines = text.split('\n').flatMap((line) => {
    const at = line.indexOf(':');
    return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()]] : [];
  });
  return Object.fromEntries(lines) as Record<string, string>;
}

function bodyOf(body: string, typed: boolean): Pick<Request, 'json' | 'body'> {
  if (body.trim() === '') return {};
  if (typed) return { body };
  try {
    return { json: JSON.parse(body) as Record<string, never> };
  } catch {
    return { body }; // it is text
  }
}

/** The same call by hand. Single quotes end the shell's quoting, and begin it again. */
export function curlOf(request: Request, origin: string): string {
  const json = JSON.stringify(request, null, 2).replaceAll("'", `'\\''`);
  return `curl ${origin}/v1/requests \\\n  -H "Authorization: Bearer $LOCKKEEPER_KEY" \\\n  -H 'Content-Type: application/json' \\\n  -d '${json}'`;
}

/** The same call in a program, with `@lockkeeper/client`. */
export function sdkOf({ apiService, user, ...call }: Request, origin: string): string {
  const request = JSON.stringify(call, null, 2).replace(/^( +)"([a-zA-Z]+)":/gm, '$1$2:');
  return `import { Lockkeeper } from '@lockkeeper/client';

const lockkeeper = new Lockkeeper({ url: ${quoted(origin)}, key: process.env.LOCKKEEPER_KEY, listen: false });
const { status, body, found } = await lockkeeper.request(${quoted(apiService)}, ${quoted(user)}, ${request});`;
}

const quoted = (text: string): string => JSON.stringify(text);
