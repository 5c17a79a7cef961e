export interface ApiAnswer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  /** Parsed JSON; an empty object if there was none. */
  body: T;
  text: string;
}

/** RFC 9457 with Lockkeeper's members. */
export interface ProblemBody {
  status: number;
  code: string;
  detail: string;
  hint: string | null;
  requestId: string;
}

const TIMEOUT_MS = 90_000;

/** A program that talks to one of the workspaces with its key. */
export class ApiClient {
  constructor(
    readonly baseUrl: string,
    private readonly key: string | null,
  ) {}

  /** The same door with another key, or with none. */
  with(key: string | null): ApiClient {
    return new ApiClient(this.baseUrl, key);
  }

  /** The same key at another replica's door. */
  at(baseUrl: string): ApiClient {
    return new ApiClient(baseUrl, this.key);
  }

  get<T = Record<string, unknown>>(path: string, headers: Record<string, string> = {}): Promise<ApiAnswer<T>> {
    return this.send('GET', path, { headers });
  }

  post<T = Record<string, unknown>>(path: string, body: object = {}): Promise<ApiAnswer<T>> {
    return this.send('POST', path, { body });
  }

  async postForm<T = Record<string, unknown>>(path: string, form: Record<string, string>): Promise<ApiAnswer<T>> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method: 'POST',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: this.key === null ? {} : { authorization: `Bearer ${this.key}` },
      body: new URLSearchParams(form),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) as T, text };
  }

  patch<T = Record<string, unknown>>(path: string, body: object): Promise<ApiAnswer<T>> {
    return this.send('PATCH', path, { body });
  }

  delete<T = Record<string, unknown>>(path: string): Promise<ApiAnswer<T>> {
    return this.send('DELETE', path, {});
  }

  /** Any other method. */
  async send<T = Record<string, unknown>>(
    method: string,
    path: string,
    { body, headers }: { body?: object | undefined; headers?: Record<string, string> } = {},
  ): Promise<ApiAnswer<T>> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        ...(this.key !== null && { authorization: `Bearer ${this.key}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) as T, text };
  }
}

/** The answer's body if it succeeded. @throws with the problem that it told instead */
export function succeeded<T>({ status, body, text }: ApiAnswer<T>): T {
  if (status >= 200 && status < 300) return body;
  throw new Error(`Expected success, got ${status}: ${text}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // a page or nothing; `text` has it
  }
}
