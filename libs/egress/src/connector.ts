import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction, Socket } from 'node:net';
import { getCACertificates } from 'node:tls';
import { buildConnector, errors } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import { EgressRefused } from './egress.errors.js';

/** node:dns' `lookup` with `all: true`: every address of a name. */
export type AddressLookup = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface ConnectorSettings {
  connectTimeoutMs: number;
  /** PEM text of a private certificate authority, trusted besides the public ones. */
  privateCa?: string | undefined;
  lookup?: AddressLookup | undefined;
  /** What this side shows of itself, if it is asked. Both PEM. */
  shown?: { certificate: string; privateKey: { reveal(): string } } | undefined;
}

/**
 * Node's default of 250 ms per address gives up on far servers where one of the two IP families is broken
 * (nodejs/node#54359); the connection's own time-out still bounds the whole.
 */
const PATIENCE_PER_ADDRESS_MS = 2_000;

/**
 * Opens connections to addresses that the policy admits, and to no other. The check sits inside the connection attempt:
 * the addresses it judges are the very ones that the socket then uses, so a name that changes its mind (DNS rebinding) gains nothing.
 */
export function guardedConnector(policy: AddressPolicy, settings: ConnectorSettings): buildConnector.connector {
  const connectors = new Map(['https:', 'http:'].map((scheme) => [scheme, schemeConnector(scheme, policy, settings)]));
  return (options, callback) => {
    try {
      if (isIP(options.hostname))
        admit(policy, options.protocol, { host: options.hostname, address: options.hostname });
    } catch (refusal) {
      return callback(refusal as EgressRefused, null);
    }
    // Egress lets no third scheme through.
    connectors.get(options.protocol)!(options, (...[error, socket]: Parameters<buildConnector.Callback>) =>
      error ? callback(error, null) : callback(null, endingQuietly(socket!)),
    );
  };
}

/**
 * undici ends each connection that isn't kept with an error that nobody is told (`reset`), and Node writes out the stack of whatever a socket is
 * destroyed with: for each refresh, by the source maps.
 */
function endingQuietly<S extends Socket>(socket: S): S {
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error) => {
    if (error instanceof errors.InformationalError) error.stack = error.message;
    return destroy(error);
  };
  return socket;
}

function schemeConnector(
  scheme: string,
  policy: AddressPolicy,
  { connectTimeoutMs, privateCa, lookup = systemLookup, shown }: ConnectorSettings,
): buildConnector.connector {
  return buildConnector({
    allowH2: false,
    timeout: connectTimeoutMs,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: PATIENCE_PER_ADDRESS_MS,
    lookup: guardedLookup((host, address) => admit(policy, scheme, { host, address }), lookup),
    // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment has no say.
    rejectUnauthorized: true,
    ...(shown && { cert: shown.certificate, key: shown.privateKey.reveal() }),
    ...(privateCa !== undefined && { ca: [...getCACertificates('default'), privateCa] }),
  });
}

/** Answers only with admitted addresses; where a name has none, with the refusal of its first. */
function guardedLookup(check: (host: string, address: string) => void, lookup: AddressLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [], 0);
      const refusals: EgressRefused[] = [];
      const admitted = addresses.filter(({ address }) => {
        try {
          check(hostname, address);
          return true;
        } catch (refusal) {
          refusals.push(refusal as EgressRefused);
          return false;
        }
      });
      const first = admitted[0];
      if (!first) return callback(refusals[0] ?? noAddress(hostname), [], 0);
      if (options.all) return callback(null, admitted);
      callback(null, first.address, first.family);
    });
  };
}

function noAddress(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });
}

function admit(policy: AddressPolicy, scheme: string, { host, address }: { host: string; address: string }): void {
  const { standing, addressClass } = policy.judge(address);
  if (standing === 'refused') {
    const where = host === address ? host : `${host} (${address})`;
    throw new EgressRefused({ reason: 'address', addressClass, detail: `${where} is a ${addressClass} address.` });
  }
  if (standing === 'public' && scheme === 'http:') {
    throw new EgressRefused({
      reason: 'scheme',
      addressClass,
      detail: `${host} is public and would be called by plain http.`,
    });
  }
}
