import { LockkeeperError } from '@lockkeeper/doors';
import { inert } from '../token-endpoint/discovery.errors.js';
import type { ServerMetadata } from '../token-endpoint/server-metadata.js';

/** Everything else that it speaks would be unsafe, or needs what metadata doesn't tell. */
export class GrantUnsupported extends LockkeeperError {
  constructor({ issuer, grant_types_supported: grants, token_endpoint: token }: ServerMetadata) {
    const offers =
      token === undefined ? 'has no token_endpoint' : `offers ${(grants ?? ['implicit']).map(inert).join(', ')}`;
    super({
      kind: 'invalid',
      code: 'grant_unsupported',
      title: 'The issuer offers no grant that can be set up from its metadata',
      detail: `${inert(issuer)} ${offers}; known here are the code, device and client credentials grants, and never the implicit one (RFC 9700 section 2.1.2).`,
      hint: 'Ask the provider for the authorization code grant; for other grants, register by a manifest.',
    });
  }
}

/** An address on a host that is not the issuer's own: a person has to say that it belongs to it. */
export class EndpointsElsewhere extends LockkeeperError {
  constructor(issuer: string, endpoints: { member: string; url: string; host: string }[]) {
    const hosts = [...new Set(endpoints.map(({ host }) => host))];
    super({
      kind: 'conflict',
      code: 'endpoints_elsewhere',
      title: 'Some endpoints are on other hosts than the issuer',
      detail: `${inert(issuer)} names ${endpoints.map(({ member, url }) => `${member} ${inert(url)}`).join('; ')}.`,
      hint: `Secrets, codes and tokens would go there. If these hosts are the provider’s, register again with "acceptedHosts": ${JSON.stringify(hosts)}.`,
      members: { endpoints, hosts },
    });
  }
}

/** RFC 9207 section 2.4: "issuer identifiers ... MUST be unique": one name, one server. */
export class IssuerTaken extends LockkeeperError {
  constructor(issuer: string, slug: string) {
    super({
      kind: 'conflict',
      code: 'issuer_taken',
      title: 'Another API service has this issuer, and other endpoints',
      detail: `\`${slug}\` has the issuer ${inert(issuer)} and sends its requests elsewhere: one of the two is not this server’s (RFC 9207 section 2.4).`,
      hint: `Give the endpoints of \`${slug}\`, if it is the same server; else the issuer that is this server’s own, or none.`,
    });
  }
}

/** What it says is not what somebody agreed to before. */
export class IssuerChanged extends LockkeeperError {
  constructor(issuer: string) {
    super({
      kind: 'conflict',
      code: 'issuer_changed',
      title: 'The issuer says something else than before',
      detail: `Other API services were registered by ${inert(issuer)}, with other endpoints than it names now.`,
      hint: 'GET /v1/api-services/:slug/discovery of one of them shows what changed. Decide there, then register again.',
    });
  }
}

export class NotDiscovered extends LockkeeperError {
  constructor(slug: string) {
    super({
      kind: 'conflict',
      code: 'not_discovered',
      title: 'It was not registered by an issuer',
      detail: `\`${slug}\` has its addresses from somewhere else than its issuer’s metadata: nothing is looked at again.`,
      hint: 'Register an API service with `issuer` to have its endpoints watched.',
    });
  }
}

/** Somebody else decided already, or the issuer has said yet something else. */
export class NothingProposed extends LockkeeperError {
  constructor(slug: string) {
    super({
      kind: 'conflict',
      code: 'proposal_unknown',
      title: 'There is no such change to decide on',
      detail: `What changed at the issuer of \`${slug}\` is not, or not any more, what the given proposal stands for.`,
      hint: 'GET /v1/api-services/:slug/discovery shows what is to be decided, if anything is.',
    });
  }
}

export class ProposalUnusable extends LockkeeperError {
  constructor(why: string) {
    super({
      kind: 'conflict',
      code: 'proposal_unusable',
      title: 'The change can’t be accepted',
      detail: `Nothing was changed: ${why}.`,
      hint: 'Refuse it, which keeps the pinned endpoints in use; or register another API service by what the provider names now.',
    });
  }
}
