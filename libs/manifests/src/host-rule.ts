/** A host's name or address; or `*.` and a domain of at least two labels, for every host below it. */
export const HOST_RULE = /^(\*\.[a-z0-9-]+(\.[a-z0-9-]+)+|[a-z0-9.-]+|\[[0-9a-f:]+\])$/;

/** Whether one of the rules is for this host. Names are compared as URL parsing leaves them: lower-case ASCII. An empty label is what an empty value leaves. */
export const isAllowedHost = (hostname: string, rules: readonly string[]): boolean =>
  !hostname.startsWith('.') &&
  !hostname.includes('..') &&
  rules.some((rule) => (rule.startsWith('*.') ? hostname.endsWith(rule.slice(1)) : hostname === rule));
