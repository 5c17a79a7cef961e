import type { ErrorKind } from '@lockkeeper/doors';
import type { FaultOwner } from './token-fault.js';

/** What an error code says about whose trouble it is, and what helps. */
export interface Meaning {
  owner: FaultOwner;
  permanent: boolean;
  /** Not even later: only somebody who changes what is asked for can help. */
  final?: true;
  title: string;
  hint: string;
}

const clientRefused = (hint: string): Meaning => ({
  owner: 'client',
  permanent: true,
  title: 'The provider does not accept our client',
  hint,
});

const setUpWrongly = (hint: string): Meaning => ({
  owner: 'configuration',
  permanent: true,
  title: 'The provider does not understand what it is asked',
  hint,
});

const providerDown = (title: string): Meaning => ({
  owner: 'provider',
  permanent: false,
  title,
  hint: 'Usually passes by itself; it is tried again.',
});

/** RFC 6749 section 5.2, and 4.1.2.1 for the callback's own; the codes of extensions that say the same are beside them. */
export const OAUTH_MEANINGS: Readonly<Record<string, Meaning>> = {
  invalid_client: clientRefused(
    'Check the client id and the client secret of this API service. If both are right, the provider may want them in another way: see clientAuthentication in its manifest.',
  ),
  unauthorized_client: clientRefused(
    'Allow this client the authorization code grant with refresh, in the provider’s settings of the client.',
  ),
  unsupported_grant_type: clientRefused(
    'Allow this client the authorization code grant with refresh, in the provider’s settings of the client.',
  ),
  invalid_grant: {
    owner: 'grant',
    permanent: true,
    title: 'The provider does not accept this grant any more',
    hint: 'The user has to reauthorize: send a new authorization link.',
  },
  invalid_request: setUpWrongly(
    'Compare the manifest with the provider’s documentation: a parameter is missing, or one is too much.',
  ),
  invalid_scope: setUpWrongly(
    'Correct the scopes of this API service: one of them is unknown to the provider, or not allowed to this client.',
  ),
  // RFC 8693 section 2.2.2.
  invalid_target: {
    ...setUpWrongly(
      'Correct the resources and audiences of the exchange in the manifest: the provider gives no token for one of them. It is not tried again by itself.',
    ),
    final: true,
  },
  // RFC 9449 sections 5 and 8.
  invalid_dpop_proof: setUpWrongly(
    'The provider wants a proof of a key that tokens are bound to, or refuses the one that it got. If the manifest has no dpop, give it; else compare dpop.algorithm with the provider’s list, and the clock of this server with its own.',
  ),
  use_dpop_nonce: providerDown('The provider asks for one nonce after another'),
  unsupported_response_type: setUpWrongly(
    'Allow this client the authorization code flow, in the provider’s settings of the client.',
  ),
  access_denied: {
    owner: 'grant',
    permanent: true,
    title: 'The consent was refused',
    hint: 'The user, or an admin of their organisation, said no. A new authorization link asks again.',
  },
  server_error: providerDown('The provider has trouble of its own'),
  temporarily_unavailable: providerDown('The provider is not available at the moment'),
  slow_down: providerDown('The provider asks for fewer requests'),
  // RFC 8628 section 3.5.
  authorization_pending: providerDown('The user has not decided yet'),
  expired_token: {
    owner: 'grant',
    permanent: true,
    title: 'The code was not entered in time',
    hint: 'Start again: a new link, or POST /v1/connections/:id/device-authorizations.',
  },
};

/** How a fault is told to a caller of the API. */
export const KINDS: Readonly<Record<FaultOwner, ErrorKind>> = {
  client: 'conflict',
  grant: 'conflict',
  configuration: 'conflict',
  provider: 'upstream_failed',
  network: 'upstream_failed',
  us: 'internal',
};

/** By which programs tell faults apart where the provider gave no code. */
export const CODES: Readonly<Record<FaultOwner, string>> = {
  client: 'client_refused',
  grant: 'grant_refused',
  configuration: 'request_refused',
  provider: 'provider_failed',
  network: 'provider_unreachable',
  us: 'token_request_failed',
};
