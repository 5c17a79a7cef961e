import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { momentNow } from './moment.js';

/**
 * A token endpoint that answers every request at once with new tokens, as little work as one can do about it. Each access token tells when it
 * was answered, for who measures how long it takes from there.
 */
const { PORT } = process.env;
createServer((request, response) => {
  request.resume().on('end', () => {
    const token = randomBytes(24).toString('base64url');
    const answer = {
      access_token: `${momentNow()}.${token}`,
      refresh_token: `r${token}`,
      token_type: 'Bearer',
      expires_in: 3600,
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
}).listen(Number(PORT), '127.0.0.1');
