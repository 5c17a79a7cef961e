import { LockkeeperError } from '@lockkeeper/doors';
import { isAllowedHost } from './host-rule.js';
import { hasVariableHost, isPrivateHost, leadingPlaceholder } from './manifest-url.js';
import { renderTemplate } from './template.js';
import type { TemplateValues } from './template.js';

/** A URL whose host came from a value, and isn't one that the manifest's `hosts` allow. The value itself is not told. */
export class HostNotAllowed extends LockkeeperError {
  constructor(template: string, hosts: readonly string[]) {
    super({
      kind: 'conflict',
      code: 'host_not_allowed',
      title: 'A request would go to a host that the manifest does not allow',
      detail: `${template} gave no https URL on ${hosts.join(', ')}.`,
      hint: 'Check the fields of the connection. If the provider really uses another host, add it to hosts in the manifest.',
    });
  }
}

/**
 * Puts values into the places of a URL and appends the query. Values are percent-encoded and can't leave their place; one at the
 * very beginning is a host or a whole base URL. Where a value decides about the host, `hosts` decide about the value: whatever a
 * user, a callback or an answer says, a request goes nowhere that the manifest did not name.
 * @throws HostNotAllowed
 */
export function renderUrl(
  { url, query = {} }: { url: string; query?: Readonly<Record<string, string>> },
  values: TemplateValues,
  hosts: readonly string[] = [],
): URL {
  const leading = leadingPlaceholder(url);
  const rest = renderTemplate(url.slice(leading.length), values, encodeURIComponent);
  const rendered = URL.parse(leading === '' ? rest : `${baseOf(renderTemplate(leading, values))}${rest}`);
  if (!rendered || (hasVariableHost(url) && !isAllowed(rendered, hosts))) throw new HostNotAllowed(url, hosts);
  for (const [name, template] of Object.entries(query)) {
    const value = renderTemplate(template, values);
    if (value !== '') rendered.searchParams.set(name, value);
  }
  return rendered;
}

/** `accounts.example.com` and `https://accounts.example.com/` are the same base. What has a query or a fragment is none. */
function baseOf(value: string): string {
  const base = /^https?:\/\//i.test(value) ? value : `https://${value}`;
  return value === '' || /[?#\\\s]/.test(value) ? '' : base.replace(/\/+$/, '');
}

function isAllowed({ protocol, hostname, username, password }: URL, hosts: readonly string[]): boolean {
  const safe = protocol === 'https:' || (protocol === 'http:' && isPrivateHost(hostname));
  return safe && username === '' && password === '' && isAllowedHost(hostname, hosts);
}
