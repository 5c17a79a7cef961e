export { isNetwork } from './address-policy.js';
export { EgressAnswer } from './answer.js';
export type { AddressLookup } from './connector.js';
export * from './egress.errors.js';
export { Egress } from './egress.js';
export type { EgressOptions, EgressRequest, EgressStreamRequest } from './egress.js';
export { MASK, maskHeaders, maskText, maskUrl } from './mask.js';
export { readRetryAfter } from './retry-after.js';
export type { EgressStream, Passage } from './egress-stream.js';
