import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

const MOST_TRIES = 4;

/**
 * A plain load balancer: one address for several replicas, in turn. As usual ones do, it goes on to the next replica where one takes no
 * connection, or closes it before it has said anything to a request without a body. It knows nothing of Lockkeeper.
 */
export class LoadBalancer {
  private next = 0;

  private constructor(
    private readonly server: Server,
    private readonly targets: readonly string[],
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.pass(request, response));
  }

  static async before(targets: readonly string[]): Promise<LoadBalancer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LoadBalancer(server, targets);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private pass(incoming: IncomingMessage, response: ServerResponse): void {
    const repeatable = incoming.method === 'GET';
    const first = (this.next += 1);
    const attempt = (tries: number): void => {
      const target = this.targets[(first + tries) % this.targets.length]!;
      const outgoing = send(new URL(incoming.url ?? '/', target), {
        method: incoming.method,
        headers: { ...incoming.headers, connection: 'close' },
        agent: false,
      });
      outgoing.once('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      outgoing.once('error', () => {
        if (repeatable && tries < MOST_TRIES && !response.headersSent) attempt(tries + 1);
        else response.writeHead(502).end();
      });
      if (repeatable) outgoing.end();
      else incoming.pipe(outgoing);
    };
    attempt(0);
  }
}
