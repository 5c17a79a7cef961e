import { Injectable } from '@nestjs/common';
import { Egress, type EgressStream } from '@lockkeeper/egress';
import { DpopProver, wantsNonceOfCalls } from '@lockkeeper/sealing';
import type { HandedToken } from '../access-tokens/token-reader.js';
import type { ApiCall } from './api-call.js';
import { type CarriedCall, carried } from './carried-call.js';

/** An answer that begins, and whether it only asks for the same call with the API's nonce in its proof: nothing was done then. */
export interface SentCall {
  answer: EgressStream;
  wantsNonce: boolean;
}

/** Sends a call once, with its token, and with a proof of the key that the token is bound to (RFC 9449 section 7). */
@Injectable()
export class CallSender {
  private readonly prover = new DpopProver();

  constructor(private readonly egress: Egress) {}

  /** @throws TokenUnusable, CredentialNeedsBody, EgressError, CallBodyTooLarge */
  async send(
    call: ApiCall,
    token: HandedToken,
    { target, withinMs }: { target: URL; withinMs: number },
  ): Promise<SentCall> {
    const { method, signal } = call;
    const carrying = carried(call, token, target);
    const { url, body } = carrying;
    const answer = await this.egress.open(url, {
      method,
      headers: { ...carrying.headers, ...(await this.proof(method, carrying)) },
      body: body.open(),
      ...(body.bytes !== null && { bodyBytes: body.bytes }),
      answerWithinMs: withinMs,
      signal,
      // What a broken one makes doubtful is decided by the method (RFC 9110 section 9.2.2), see ApiCalls.
      keptConnection: true,
    });
    return { answer, wantsNonce: this.learn(method, carrying, answer) };
  }

  private async proof(method: string, { url, proof }: CarriedCall): Promise<{ dpop?: string }> {
    if (proof === null) return {};
    return { dpop: await this.prover.proof(proof.key, { method, url, accessToken: proof.accessToken.reveal() }) };
  }

  private learn(method: string, { url, proof }: CarriedCall, { status, headers }: EgressStream): boolean {
    if (proof === null) return false;
    const nonce = [headers['dpop-nonce'] ?? []].flat()[0];
    const known = this.prover.learn({ method, url, accessToken: proof.accessToken.reveal() }, nonce);
    return known && wantsNonceOfCalls(status, [headers['www-authenticate'] ?? []].flat().join(', '));
  }
}
