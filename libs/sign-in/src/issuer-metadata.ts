import { Logger } from '@nestjs/common';
import type { Egress } from '@lockkeeper/egress';
import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi';

const METADATA_SECONDS = 3600;

interface SentRequest {
  method: string;
  headers: Record<string, string>;
  body?: URLSearchParams | null | undefined;
}

/** How oauth4webapi speaks to the organisation's provider: plain http is for egress to allow or refuse, by its networks. */
export const wayThrough = (egress: Egress) => ({
  [allowInsecureRequests]: true,
  [customFetch]: async (url: string, { method, headers, body }: SentRequest): Promise<Response> => {
    const answer = await egress.fetch(url, { method, headers, body: body?.toString() });
    const bytes = answer.bytes.length > 0 ? new Uint8Array(answer.bytes) : null;
    return new Response(bytes, { status: answer.status, headers: answer.headers });
  },
});

/** What the organisation's issuer says of itself (OpenID Connect Discovery 1.0 section 4), kept for an hour, and longer while it is away. */
export class IssuerMetadata {
  private readonly logger = new Logger('sign-in');
  private known: { until: number; server: AuthorizationServer } | null = null;

  constructor(
    private readonly issuer: string,
    private readonly egress: Egress,
  ) {}

  /** @throws whatever kept it from being learnt, where it never was */
  async server(): Promise<AuthorizationServer> {
    if (this.known && this.known.until > Date.now()) return this.known.server;
    const issuer = new URL(this.issuer);
    try {
      const server = await processDiscoveryResponse(issuer, await discoveryRequest(issuer, wayThrough(this.egress)));
      this.known = { until: Date.now() + METADATA_SECONDS * 1000, server };
      return server;
    } catch (error) {
      if (this.known === null) throw error;
      this.logger.warn({ event: 'issuer_metadata_kept', issuer: this.issuer, err: error });
      return this.known.server;
    }
  }
}
