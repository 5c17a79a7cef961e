import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { readFileSync } from 'node:fs';

/** A request as it came over the wire. */
export interface ReceivedRequest {
  method: string;
  /** Path with query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** SHA-256 of the certificate that the client showed; null where none was wanted. */
  certificate: string | null;
  /** Of the caller: the same for all that came over one connection. */
  clientPort: number;
}

export interface ScriptedAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: string | object;
}

/** Takes the socket into its own hands: to be silent, slow, broken or huge. */
export type Misbehaviour = (response: ServerResponse, request: ReceivedRequest) => void;

export interface ScriptedServerOptions {
  /** The certificate of test/support/tls, for `localhost` and 127.0.0.1, signed by ca.pem there. */
  tls?: boolean;
  /** With TLS: takes nobody but who shows client.pem of test/support/tls. */
  wantsCertificate?: boolean;
  host?: string;
}

const TLS_FILE = (name: string) => new URL(`./tls/${name}`, import.meta.url);

/** A real HTTP server on loopback that answers what it was told, in order (the last answer stays), and remembers what it was sent. */
export class ScriptedServer {
  readonly requests: ReceivedRequest[] = [];
  private script: (ScriptedAnswer | Misbehaviour)[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start({
    tls = false,
    wantsCertificate = false,
    host = '127.0.0.1',
  }: ScriptedServerOptions = {}): Promise<ScriptedServer> {
    const listener: RequestListener = (request, response) => void scripted.serve(request, response);
    const server = tls
      ? createTlsServer(
          {
            key: readFileSync(TLS_FILE('server.key')),
            cert: readFileSync(TLS_FILE('server.pem')),
            ...(wantsCertificate && { requestCert: true, ca: readFileSync(TLS_FILE('client.pem')) }),
          },
          listener,
        )
      : createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const { port } = server.address() as AddressInfo;
    const scripted = new ScriptedServer(
      server,
      `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    );
    return scripted;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  /** Forgets what came so far and answers so from now on. */
  answers(...script: (ScriptedAnswer | Misbehaviour)[]): void {
    this.requests.length = 0;
    this.script = script;
  }

  /** The only request so far; throws if there were none or more. */
  get onlyRequest(): ReceivedRequest {
    if (this.requests.length !== 1) throw new Error(`expected one request, got ${this.requests.length}`);
    return this.requests[0]!;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const body = Buffer.concat(chunks).toString('utf8');
    const of = { certificate: shown(request.socket), clientPort: request.socket.remotePort! };
    const received = { method, url, headers, body, ...of };
    this.requests.push(received);
    const next = (this.script.length > 1 ? this.script.shift() : this.script[0]) ?? { status: 404 };
    if (typeof next === 'function') return next(response, received);
    const json = typeof next.body === 'object';
    response.writeHead(next.status ?? 200, { ...(json && { 'content-type': 'application/json' }), ...next.headers });
    response.end(json ? JSON.stringify(next.body) : next.body);
  }
}

const shown = (socket: Socket): string | null =>
  (socket instanceof TLSSocket && socket.getPeerX509Certificate()?.fingerprint256) || null;
