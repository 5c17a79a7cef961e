import type { ErrorKind } from '@lockkeeper/doors';
import type { FaultOwner } from './token-fault.js';

/** What an error code says about whose trouble it is, and what helps. */
export interface Meaning {
  owner: FaultOwner;
  permanent: boolean;
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
  invalid_target: setUpWrongly('Correct the resource that is asked for: the provider does not know it.'),
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
