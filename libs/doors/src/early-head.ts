import { type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import { USUAL_HEADERS } from './security-headers.js';

/** An early answer's own headers, checked and joined once for all the times that it is given. */
export interface EarlyHeaders {
  pairs: readonly string[];
  lines: string;
}

/** @param pairs names and values in turn. @throws for what no header may hold */
export function earlyHeaders(pairs: readonly string[]): EarlyHeaders {
  return { pairs, lines: linesOf(pairs) };
}

const OF_EVERY_ANSWER = USUAL_HEADERS.flat();
const FIRST_LINES = `HTTP/1.1 200 OK\r\n${linesOf(OF_EVERY_ANSWER)}`;

/**
 * Heads of early answers. Node checks and joins every header of every answer: a sixth of all that a bare server does for it. So the head is
 * put where Node keeps it once it is joined. That place (`_header`) is no part of its documented interface, but `headersSent`, which is,
 * tells whether it was the right one; if not, and for every connection that isn't simply kept, Node does it.
 */
export class EarlyHeads {
  private readonly lastLines: string;

  constructor({ keepAliveSeconds }: { keepAliveSeconds: number }) {
    this.lastLines = `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n\r\n`;
  }

  write(response: ServerResponse, own: EarlyHeaders, requestId: string): void {
    if (response.shouldKeepAlive && response.req.headers.expect === undefined) {
      const joined = `${FIRST_LINES}${own.lines}x-request-id: ${requestId}\r\nDate: ${httpDate()}\r\n${this.lastLines}`;
      (response as unknown as { _header: string })._header = joined;
      if (response.headersSent) return;
    }
    response.writeHead(200, OF_EVERY_ANSWER.concat(own.pairs, ['x-request-id', requestId]));
  }
}

function linesOf(pairs: readonly string[]): string {
  let lines = '';
  for (let at = 0; at < pairs.length; at += 2) {
    const [name, value] = [pairs[at]!, pairs[at + 1]!];
    validateHeaderName(name);
    validateHeaderValue(name, value);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

let dated = { second: -1, text: '' };

/** RFC 9110 section 5.6.7. */
function httpDate(): string {
  const now = Date.now();
  const second = Math.floor(now / 1000);
  if (second !== dated.second) dated = { second, text: new Date(now).toUTCString() };
  return dated.text;
}
