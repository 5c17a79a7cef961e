export { isNetwork } from './address-policy.js';
export { EgressAnswer } from './answer.js';
export type { AddressLookup } from './connector.js';
export * from './egress.errors.js';
export { Egress } from './egress.js';
export type { EgressOptions, EgressRequest } from './egress.js';
export { MASK, maskHeaders, maskText, maskUrl } from './mask.js';
