import type { IncomingHttpHeaders } from 'node:http';
import { isUtf8 } from 'node:buffer';
import { Injectable } from '@nestjs/common';
import type { Principal } from '@lockkeeper/access-control';
import { InvalidInput } from '@lockkeeper/doors';
import type { ApiAnswer } from './api-call.js';
import { ApiCalls } from './api-calls.js';
import { type CallBody, NO_BODY, heldBody } from './call-body.js';
import { checkJsonPath } from './json-path.js';
import { JsonSearch } from './json-search.js';
import { AnswerNotHeld } from './proxy.errors.js';
import type { RequestAnswer, RequestInput } from './requests.dto.js';

const MOST_BYTES = 5 * 1_048_576;
const JSON_TYPE = /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i;

/** ProcFu's API call: everything in one JSON, the answer's value too. */
@Injectable()
export class Requests {
  constructor(
    private readonly calls: ApiCalls,
    private readonly search: JsonSearch,
  ) {}

  /** @throws InvalidInput, JsonPathInvalid, and those of ApiCalls; after the call AnswerNotHeld, JsonPathTooCostly */
  async make(caller: Principal, input: RequestInput): Promise<RequestAnswer> {
    checkRelations(input);
    const { apiService, user, method, url, deadlineSeconds = null } = input;
    const answer = await this.calls.call(
      caller,
      { apiService, user, token: input.token },
      {
        method,
        target: (baseUrls) => baseUrls.admit(url),
        headers: headersOf(input),
        body: bodyOf(input),
        deadlineSeconds,
        signal: new AbortController().signal,
      },
    );
    return this.told(answer, input);
  }

  private async told(answer: ApiAnswer, input: RequestInput): Promise<RequestAnswer> {
    const { status, attempts, tokenVersion } = answer;
    const headers = flat(answer.headers);
    const { body, encoding, json } = readable(await whole(answer), headers['content-type'] ?? '');
    const found = json === null ? undefined : await this.found(json, input);
    return { status, headers, body, encoding, found: found ?? null, attempts, tokenVersion };
  }

  private found(json: string, { find, jsonPath }: RequestInput): unknown {
    if (find !== undefined) return this.search.find(json, find);
    return jsonPath === undefined ? undefined : this.search.query(json, jsonPath);
  }
}

/** @throws InvalidInput, JsonPathInvalid */
function checkRelations({ json, body, find, jsonPath, method }: RequestInput): void {
  const faults = [
    json !== undefined && body !== undefined && { pointer: '/body', message: 'must not be given together with json' },
    find !== undefined &&
      jsonPath !== undefined && { pointer: '/find', message: 'must not be given together with jsonPath' },
    ['GET', 'HEAD'].includes(method) &&
      (json ?? body) !== undefined && { pointer: '/method', message: 'must not be GET or HEAD where there is a body' },
  ].filter((fault) => fault !== false);
  if (faults.length > 0) throw new InvalidInput(faults);
  if (jsonPath !== undefined) checkJsonPath(jsonPath);
}

/** What is read here mustn't be compressed: `Accept-Encoding` is ours. */
function headersOf({ headers = {}, json }: RequestInput): IncomingHttpHeaders {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const own = { ...(json !== undefined && { 'content-type': 'application/json' }) };
  return { ...own, ...Object.fromEntries(given), 'accept-encoding': 'identity' };
}

function bodyOf({ json, body }: RequestInput): CallBody {
  const text = json === undefined ? body : JSON.stringify(json);
  return text === undefined ? NO_BODY : heldBody(Buffer.from(text, 'utf8'));
}

async function whole({ content, status }: ApiAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of content.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new AnswerNotHeld(status, MOST_BYTES);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

interface Readable extends Pick<RequestAnswer, 'body' | 'encoding'> {
  /** The text, where it is JSON. */
  json: string | null;
}

function readable(bytes: Buffer, contentType: string): Readable {
  if (bytes.length === 0) return { body: null, encoding: 'text', json: null };
  if (!isUtf8(bytes)) return { body: bytes.toString('base64'), encoding: 'base64', json: null };
  const text = bytes.toString('utf8');
  try {
    if (JSON_TYPE.test(contentType)) return { body: JSON.parse(text) as unknown, encoding: 'json', json: text };
  } catch {
    // It says that it is JSON, and isn't: then it is text, for the caller to look at.
  }
  return { body: text, encoding: 'text', json: null };
}

const flat = (headers: ApiAnswer['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));
