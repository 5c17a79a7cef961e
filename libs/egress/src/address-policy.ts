import ipaddr from 'ipaddr.js';

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** What an address is to us. `public` may be called by https, `allowed_network` by http too, `refused` never. */
export interface AddressVerdict {
  standing: 'public' | 'allowed_network' | 'refused';
  /** ipaddr.js' name of the range, for people: `unicast`, `loopback`, `private`, `linkLocal`, …; or `unassigned`, `unreadable`. */
  addressClass: string;
}

/** RFC 4291 section 2.4 and IANA's registry: everything that is routed globally today lies in 2000::/3. */
const GLOBAL_UNICAST_V6 = ipaddr.parseCIDR('2000::/3');

/** Whether the text is a network in CIDR notation, for the check of the settings. */
export const isNetwork = (text: string): boolean => ipaddr.isValidCIDR(text);

/**
 * Which addresses may be called: globally routable unicast, and the networks that the operator named.
 * The judgement is on addresses, never on names: a name says nothing about where it leads.
 */
export class AddressPolicy {
  private readonly allowed: Network[];

  /** @param allowedNetworks CIDRs. Throws a RangeError on anything else, without repeating it. */
  constructor(allowedNetworks: readonly string[]) {
    this.allowed = allowedNetworks.map((text, at) => {
      if (!isNetwork(text)) throw new RangeError(`allowedNetworks[${at}] is not a network in CIDR notation`);
      return ipaddr.parseCIDR(text);
    });
  }

  judge(text: string): AddressVerdict {
    if (!ipaddr.isValid(text)) return { standing: 'refused', addressClass: 'unreadable' };
    // process() turns an IPv4-mapped IPv6 address into the IPv4 address that the kernel would connect to.
    const address = ipaddr.process(text);
    const addressClass = classOf(address);
    if (this.allowed.some((network) => contains(network, address)))
      return { standing: 'allowed_network', addressClass };
    return { standing: addressClass === 'unicast' ? 'public' : 'refused', addressClass };
  }
}

function contains([network, bits]: Network, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return network.kind() === address.kind() && address.match(network, bits);
}

/**
 * ipaddr.js calls `unicast` what is in no special range, the deprecated IPv4-compatible `::7f00:1` among them;
 * so IPv6 has to lie in the global range as well. Tunnels that hide an IPv4 address (6to4, Teredo, NAT64) are special ranges.
 */
function classOf(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  const range = address.range();
  return range !== 'unicast' || address.kind() === 'ipv4' || contains(GLOBAL_UNICAST_V6, address)
    ? range
    : 'unassigned';
}
