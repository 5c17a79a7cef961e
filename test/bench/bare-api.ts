import { createServer } from 'node:http';

/** The API that both proxies call: answers `/v1/bytes/<n>` with so many bytes. */
const bodies = new Map<string, Buffer>();

createServer((request, response) => {
  if (request.url === '/health/ready') return void response.end('{}');
  request.resume();
  const size = request.url!.split('/').at(-1)!;
  const body = bodies.get(size) ?? Buffer.alloc(Number(size), 'x');
  bodies.set(size, body);
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': body.length }).end(body);
}).listen(Number(process.env.PORT), '127.0.0.1');
