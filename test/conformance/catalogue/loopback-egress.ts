import { Egress } from '@lockkeeper/egress';
import type { EgressAnswer, EgressRequest } from '@lockkeeper/egress';

/**
 * The real way out, to a server on loopback instead of the named host: `https://api.example.com/me` becomes
 * `http://127.0.0.1:…/api.example.com/me`. Everything else of the request goes over the wire as it is.
 */
export class LoopbackEgress extends Egress {
  constructor(private readonly serverUrl: string) {
    super({ allowedNetworks: ['127.0.0.0/8'], timeoutMs: 5_000 });
  }

  override fetch(url: string | URL, request: EgressRequest = {}): Promise<EgressAnswer> {
    const { host, pathname, search, protocol } = new URL(url);
    if (protocol !== 'https:') throw new Error(`a provider would be called by ${protocol}`);
    return super.fetch(`${this.serverUrl}/${host}${pathname}${search}`, request);
  }
}
