import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Agent, request } from 'undici';

/** What `proxy` is compared with: the least that a reverse proxy with undici can do, both ways streamed, with a fixed token. */
const { PORT, TARGET } = process.env;
const dispatcher = new Agent();

createServer((incoming, outgoing) => {
  if (incoming.url === '/health/ready') return void outgoing.end('{}');
  pass(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error));
}).listen(Number(PORT), '127.0.0.1');

async function pass(
  incoming: import('node:http').IncomingMessage,
  outgoing: import('node:http').ServerResponse,
): Promise<void> {
  const { host: _host, connection: _connection, ...headers } = incoming.headers;
  const answer = await request(`${TARGET}${incoming.url}`, {
    method: incoming.method as 'GET',
    headers: { ...headers, authorization: 'Bearer bare' },
    body: incoming.method === 'GET' ? null : incoming,
    dispatcher,
  });
  outgoing.writeHead(answer.statusCode, answer.headers);
  await pipeline(answer.body, outgoing);
}
