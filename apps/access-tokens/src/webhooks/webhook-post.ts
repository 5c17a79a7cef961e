import { type Egress, type EgressStream, MASK, maskText, readRetryAfter } from '@lockkeeper/egress';
import { LockkeeperError } from '@lockkeeper/doors';
import { type Secret, signWebhook } from '@lockkeeper/sealing';
import type { AttemptRecord } from './delivery-claims.js';

export interface WebhookMessage {
  url: Secret;
  /** The newest first; each signs. */
  keys: Secret[];
  messageId: string;
  payload: string;
}

export interface PostOutcome {
  attempt: AttemptRecord;
  accepted: boolean;
  gone: boolean;
  retryAfterSeconds: number | null;
}

const GONE = 410;
const EXCERPT_BYTES = 400;
const SECRET_LENGTH = 16;

/** One attempt by Standard Webhooks 1.0: posted, signed at this moment, and any 2xx is a success. Never throws for what the endpoint does. */
export async function postWebhook(egress: Egress, message: WebhookMessage): Promise<PostOutcome> {
  const startedAt = Date.now();
  const attemptOf = (status: number | null, problem: string | null): AttemptRecord => ({
    at: new Date(startedAt).toISOString(),
    status,
    problem,
    durationMs: Date.now() - startedAt,
  });
  try {
    const answer = await egress.open(message.url.reveal(), { method: 'POST', ...signed(message, startedAt) });
    const accepted = answer.status >= 200 && answer.status < 300;
    const excerpt = accepted ? null : await excerptOf(answer, message);
    answer.destroy();
    const retryAfterSeconds = readRetryAfter([answer.headers['retry-after'] ?? []].flat()[0], new Date());
    return { attempt: attemptOf(answer.status, excerpt), accepted, gone: answer.status === GONE, retryAfterSeconds };
  } catch (error) {
    if (!(error instanceof LockkeeperError)) throw error;
    const problem = `${error.code}: ${maskText(error.detail, secretsOf(message))}`;
    return { attempt: attemptOf(null, problem), accepted: false, gone: false, retryAfterSeconds: null };
  }
}

function signed({ keys, messageId, payload }: WebhookMessage, now: number) {
  const timestampSeconds = Math.floor(now / 1000);
  const content = { id: messageId, timestampSeconds, body: payload };
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'webhook-id': messageId,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': keys.map((key) => signWebhook(key, content)).join(' '),
  };
  return { headers, body: payload };
}

/** The beginning of what an endpoint says against a delivery, for whoever mends it; of an endpoint that stops half-way, what there is. */
async function excerptOf({ body }: EgressStream, message: WebhookMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size >= EXCERPT_BYTES) break;
    }
  } catch (error) {
    if (!(error instanceof LockkeeperError)) throw error;
  }
  const text = Buffer.concat(chunks).subarray(0, EXCERPT_BYTES).toString('utf8');
  const readable = text.replace(/[^\P{C}\n]/gu, ' ').trim();
  return readable === '' ? null : maskText(readable, secretsOf(message)).replace(/v1a?,[A-Za-z0-9+/=]{20,}/g, MASK);
}

/** Our keys, and what may be secret of an address: the values of its query, and what of its path is too long for a word. */
function secretsOf({ keys, url }: WebhookMessage): string[] {
  const { pathname, search, searchParams } = new URL(url.reveal());
  const segments = pathname.split('/').filter((segment) => segment.length >= SECRET_LENGTH);
  const ofAddress = [pathname + search, ...searchParams.values(), ...segments].filter((text) => text.length > 1);
  return [...keys.map((key) => key.reveal()), ...ofAddress];
}
