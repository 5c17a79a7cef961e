import { dpopProof, type ProvenRequest } from './dpop-proof.js';
import type { Secret } from './secret.js';

export type Provable = Pick<ProvenRequest, 'method' | 'url' | 'accessToken'>;

/** RFC 9449 section 8.1: what a nonce may be made of. A longer one would be no nonce. */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/;
const MOST_REMEMBERED = 1000;

/**
 * Proves possession of keys, with the newest nonce that each server gave. Authorization servers and APIs are kept apart even where they
 * share an origin (section 9): a request that a token goes with is one to an API.
 */
export class DpopProver {
  private readonly nonces = new Map<string, string>();

  /** The value of the header `DPoP`. @throws SealingError `signing_key_invalid` */
  proof(privateKey: Secret, request: Provable): Promise<string> {
    const nonce = this.nonces.get(serverOf(request));
    return dpopProof(privateKey, { ...request, nonce });
  }

  /** From every answer to a proven request, whatever its status (section 8.2). @returns whether there is a nonce to prove anew with */
  learn(request: Provable, nonce: string | undefined): boolean {
    if (nonce === undefined || !NONCE.test(nonce)) return false;
    const server = serverOf(request);
    this.nonces.delete(server);
    this.nonces.set(server, nonce);
    if (this.nonces.size > MOST_REMEMBERED) this.nonces.delete(this.nonces.keys().next().value!);
    return true;
  }
}

/** Section 9: how an API says that it wants a nonce. The other part of it, the nonce itself, is in `DPoP-Nonce`. */
export const wantsNonceOfCalls = (status: number, authenticate: string | undefined): boolean =>
  status === 401 && /\bdpop\b[^]*\berror="?use_dpop_nonce\b/i.test(authenticate ?? '');

const serverOf = ({ url, accessToken }: Provable): string =>
  `${accessToken === undefined ? 'authorization server' : 'API'} ${new URL(url).origin}`;
