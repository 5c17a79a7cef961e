export { Catalogue, renderGuide } from './catalogue/catalogue.js';
export type { CatalogueEntry } from './catalogue/catalogue.js';
export { fromFiveFields, rfc7009 } from './five-fields.js';
export type { FiveFields } from './five-fields.js';
export { credentialTemplate, isGeneric, namesSensitive, sensitiveFields } from './generic.js';
export { pointerTo, tokensOf, valueAt } from './json-pointer.js';
export { manifestJsonSchema, readManifest } from './manifest.js';
export { isPrivateHost, urlFaults } from './manifest-url.js';
export { ManifestRefused } from './manifest.errors.js';
export type { ManifestFault } from './manifest.errors.js';
export type { ManifestWarning } from './manifest-warnings.js';
export { manifestWarnings } from './manifest-warnings.js';
export { CLIENT_AUTHENTICATIONS } from './request.schema.js';
export { clientAuthenticationsIn, provesBySecret } from './client-authentications.js';
export { KEY_ALGORITHMS } from './client.schema.js';
export type { KeyAlgorithm } from './client.schema.js';
export type { Condition, Expectation, Moment } from './answer.schema.js';
export { fieldFaults, fieldValues, valueFault } from './connection-fields.js';
export type { ConnectionField } from './connection-fields.js';
export type {
  ClientAuthentication,
  FollowUp,
  Manifest,
  ManifestInput,
  ManifestRequest,
  RevokeByRequest,
  TokenKind,
  TokenRequest,
} from './manifest.schema.js';
export { ASSERTION_ALGORITHMS, GRANTS } from './grant.schema.js';
export type { AssertionAlgorithm, GrantType } from './grant.schema.js';
export { bringsCode, isUserless, needsConsent, renewedBy } from './grants.js';
export { diesAt, refreshAt, refreshWindow } from './moments.js';
export type { Death, DeathCause, RefreshWindow, TokenTimes } from './moments.js';
export { isRefreshable, refreshRequestOf } from './refresh-request.js';
export { HostNotAllowed, renderUrl } from './rendered-url.js';
export { serviceSecretFaults, serviceSecretNames } from './service-secrets.js';
export { renderTemplate } from './template.js';
export type { TemplateValues } from './template.js';
