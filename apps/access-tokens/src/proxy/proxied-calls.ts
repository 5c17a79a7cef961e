import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { type ApiAnswer, type ApiCall, checkCallMethod } from './api-call.js';
import { type CallBody, NO_BODY, hasBody, readCallBody } from './call-body.js';
import { ATTEMPTS_HEADER, BASE_URL_HEADER, VERSION_HEADER, deadlineOf } from './call-options.js';

const MEGABYTE = 1_048_576;

/** Requests through the proxy as calls of an API, and what the caller is told besides the API's own answer. */
@Injectable()
export class ProxiedCalls {
  private readonly limitBytes: number;

  constructor(@Inject(SETTINGS) settings: Pick<Settings, 'ACCESS_TOKENS_CALL_MEGABYTES'>) {
    this.limitBytes = settings.ACCESS_TOKENS_CALL_MEGABYTES * MEGABYTE;
  }

  /** @throws MethodRefused, HeaderUnreadable, CallBodyTooLarge, CallBodyBroken */
  async callOf(request: IncomingMessage, signal: AbortSignal): Promise<ApiCall> {
    const { headers, method, url } = request;
    const base = headers[BASE_URL_HEADER] ?? null;
    return {
      method: checkCallMethod(method!),
      target: (baseUrls) => baseUrls.join(belowConnection(url!), base === null ? null : String(base)),
      headers,
      deadlineSeconds: deadlineOf(headers),
      body: hasBody(request) ? await this.bodyOf(request) : NO_BODY,
      signal,
    };
  }

  headersOf({ headers, attempts, tokenVersion }: ApiAnswer): ApiAnswer['headers'] {
    return { ...headers, [ATTEMPTS_HEADER]: String(attempts), [VERSION_HEADER]: String(tokenVersion) };
  }

  private bodyOf(request: IncomingMessage): Promise<CallBody> {
    return readCallBody(request, this.limitBytes);
  }
}

/** What stands behind `/v1/proxy/:apiService/:user/`, as it was written: decoding and encoding it again would not give the same. */
const belowConnection = (url: string): string => url.split('/').slice(5).join('/');
