import { LockkeeperError } from '@lockkeeper/doors';

/** Whose trouble it is: the settings and manifests of this installation, the way there, or the other side. */
export type EgressFaultOwner = 'configuration' | 'network' | 'provider';

/**
 * A request that got no whole answer.
 * `sent` tells whether the other side may have acted on it: false as long as no byte of it was written
 * (name, address, connection and TLS failed), true afterwards, whether or not it arrived.
 */
export abstract class EgressError extends LockkeeperError {
  abstract readonly owner: EgressFaultOwner;
  abstract readonly sent: boolean;
}

export type RefusalReason = 'address' | 'scheme' | 'userinfo' | 'port' | 'url' | 'method' | 'header';

export interface Refusal {
  reason: RefusalReason;
  detail: string;
  /** ipaddr.js' name of the address range, where an address was refused. */
  addressClass?: string;
  cause?: unknown;
}

const REFUSAL_HINTS: Record<RefusalReason, string> = {
  address:
    'Only public addresses are called. If this server is yours and in a private network, name that network in EGRESS_ALLOWED_NETWORKS.',
  scheme:
    'Use https. Plain http is for the networks named in EGRESS_ALLOWED_NETWORKS only: name the network there if this server is yours.',
  userinfo: 'Take the user name and password out of the URL: credentials travel in the client authentication.',
  port: 'Give the port on which the server speaks HTTP: this one belongs to another protocol.',
  url: 'Give an absolute https URL.',
  method: 'Use an ordinary HTTP method: GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS.',
  header: 'Take the header out: it belongs to the connection, or holds a character that HTTP forbids.',
};

/** Our own policy forbids the request; nothing was sent. Trying again changes nothing. */
export class EgressRefused extends EgressError {
  readonly owner = 'configuration';
  readonly sent = false;
  readonly reason: RefusalReason;
  readonly addressClass: string | null;

  constructor({ reason, detail, addressClass, cause }: Refusal) {
    super({
      kind: 'forbidden',
      code: 'egress_refused',
      title: 'This address may not be called from here.',
      detail,
      hint: REFUSAL_HINTS[reason],
      members: { reason, ...(addressClass && { addressClass }) },
      cause,
    });
    this.reason = reason;
    this.addressClass = addressClass ?? null;
  }
}

/** Where the time ran out: on the way to a connection, waiting for the first byte, between two, or over all. */
export type EgressPhase = 'connect' | 'headers' | 'body' | 'total';

const PHASES: Record<EgressPhase, string> = {
  connect: 'no connection was made',
  headers: 'the answer did not begin',
  body: 'the answer stopped half-way',
  total: 'the answer was not complete',
};

interface Occasion {
  host: string;
  sent: boolean;
  cause?: unknown;
}

export class EgressTimeout extends EgressError {
  readonly owner = 'network';
  readonly sent: boolean;

  constructor(
    readonly phase: EgressPhase,
    { host, sent, cause }: Occasion,
  ) {
    super({
      kind: 'deadline',
      code: 'egress_timeout',
      title: 'The other server did not answer in time.',
      detail: `${host}: ${PHASES[phase]} before the time was up.`,
      hint: 'Usually passes by itself. If it stays, check that the address is right and can be reached from this machine.',
      members: { phase, sent },
      cause,
    });
    this.sent = sent;
  }
}

export type Breakage = 'dns' | 'connect' | 'tls' | 'connection_lost';

const BREAKAGES: Record<Breakage, { what: string; hint: string }> = {
  dns: { what: 'the name could not be resolved', hint: 'Check the spelling of the host name, and this machine’s DNS.' },
  connect: {
    what: 'no connection could be made',
    hint: 'Check host and port, and that a firewall lets this machine out.',
  },
  tls: {
    what: 'its certificate could not be verified',
    hint: 'Certificates are always verified. For a private certificate authority, give its certificate as the CA file.',
  },
  connection_lost: {
    what: 'the connection broke before the answer was complete',
    hint: 'Usually passes by itself. Whether the request was acted upon is not known.',
  },
};

export class EgressUnreachable extends EgressError {
  readonly owner = 'network';
  readonly sent: boolean;

  constructor(
    readonly breakage: Breakage,
    { host, sent, cause }: Occasion,
  ) {
    const { what, hint } = BREAKAGES[breakage];
    super({
      kind: 'upstream_failed',
      code: 'egress_unreachable',
      title: 'The other server could not be reached.',
      detail: `${host}: ${what}.`,
      hint,
      members: { breakage, sent },
      cause,
    });
    this.sent = sent;
  }
}

/** Whoever asked is gone, and the request was ended with them. */
export class EgressAbandoned extends EgressError {
  readonly owner = 'network';
  readonly sent: boolean;

  constructor({ host, sent }: Occasion) {
    super({
      kind: 'deadline',
      code: 'egress_abandoned',
      title: 'The request was given up.',
      detail: `Nobody waited for the answer of ${host} any more.`,
      members: { sent },
    });
    this.sent = sent;
  }
}

/** The other side sent more than we are ready to hold; the rest was not read. */
export class AnswerTooLarge extends EgressError {
  readonly owner = 'provider';
  readonly sent = true;

  constructor(host: string, maxResponseBytes: number) {
    super({
      kind: 'upstream_failed',
      code: 'egress_answer_too_large',
      title: 'The other server’s answer is too large.',
      detail: `${host} answered with more than ${maxResponseBytes} bytes.`,
      hint: 'Check that the address is the one of the API, not of a web page or a file.',
      members: { maxResponseBytes, sent: true },
    });
  }
}
