import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** What a caller may take of our time and memory before a door has even looked at the request. */
export interface ConnectionBounds {
  /** Until all headers have come: whoever drips them (slow-loris) is cut off. */
  headersSeconds: number;
  /** Until the whole request has come. */
  requestSeconds: number;
  /** How long an unused connection stays open. More than usual load balancers keep theirs, so that they never send into a closing one. */
  keepAliveSeconds: number;
  /** All headers and the URL together. Node answers 431 to more. */
  headerBytes: number;
  /** When the workspace stops: how long requests that are under way have before their connections are cut. */
  stopSeconds: number;
}

export const CONNECTION_BOUNDS: ConnectionBounds = {
  headersSeconds: 15,
  requestSeconds: 120,
  keepAliveSeconds: 72,
  headerBytes: 16 * 1024,
  stopSeconds: 20,
};

/** Options of Fastify that have to do with connections; the bounds are its server's own. */
export const FASTIFY_OPTIONS = {
  // A request that came in time is served, also on a connection that was taken just before the end.
  return503OnClosing: false,
  // Ends what is idle at once when the server closes; what is under way is ended below.
  forceCloseConnections: 'idle' as const,
};

/** Options of the server that is made for Fastify. */
export const serverOptions = ({ headersSeconds, requestSeconds, keepAliveSeconds, headerBytes }: ConnectionBounds) => ({
  requestTimeout: requestSeconds * 1000,
  keepAliveTimeout: keepAliveSeconds * 1000,
  headersTimeout: headersSeconds * 1000,
  maxHeaderSize: headerBytes,
  connectionsCheckingInterval: Math.min(headersSeconds * 500, 5000),
});

/**
 * A stop takes no longer than it may. A request that is under way is answered, and its connection closed with it, for it would be held open
 * for the next one; one that isn't done in time is cut off. Connections that were opened and never used (browsers and load balancers
 * keep some in reserve) are no reason to wait: they have a moment for a request that is on its way.
 */
export function endConnectionsOnClose(fastify: FastifyInstance, { stopSeconds }: ConnectionBounds): void {
  const unused = unusedConnections(fastify.server);
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    const timers = [
      setTimeout(() => unused.forEach((socket) => socket.destroy()), UNUSED_MOMENT_MS),
      setTimeout(() => fastify.server.closeAllConnections(), stopSeconds * 1000),
    ];
    fastify.server.once('close', () => timers.forEach((timer) => clearTimeout(timer)));
    done();
  });
  fastify.addHook('onSend', async (_request, reply) => {
    if (closing) void reply.header('connection', 'close');
  });
}

const UNUSED_MOMENT_MS = 500;

/** Node's `closeIdleConnections` knows only those that have had a request. */
function unusedConnections(server: Server): Set<Socket> {
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage) => unused.delete(socket));
  return unused;
}
