import { LockkeeperError } from '@lockkeeper/doors';
import type { ErrorDescription } from '@lockkeeper/doors';
import { EgressRefused, type EgressError } from '@lockkeeper/egress';

/** An issuer's metadata could not be had. The more telling one counts where several addresses brought none. */
export abstract class DiscoveryFailed extends LockkeeperError {
  /** Whether another address may bring it, and how much it tells: from 1 on. Null: no other one is asked. */
  abstract readonly weight: number | null;
}

const AS_DOCUMENTED =
  'Compare the issuer, character by character, with the provider’s documentation; or register by its URLs or by a manifest.';

type Words = Pick<ErrorDescription, 'detail'> & Partial<Pick<ErrorDescription, 'hint' | 'members' | 'cause' | 'kind'>>;

export class IssuerUnreachable extends DiscoveryFailed {
  readonly weight = null;

  constructor(issuer: string, error: EgressError) {
    super({
      kind: error instanceof EgressRefused ? 'invalid' : error.kind,
      code: 'issuer_unreachable',
      title: 'The issuer could not be asked',
      detail: `${inert(issuer)}: ${error.detail}`,
      hint: error.hint ?? undefined,
      members: { reason: error.code, ...error.members },
      cause: error,
    });
  }
}

/** 429 and 5xx: it may pass, and says nothing about whether there is metadata. */
export class IssuerInTrouble extends DiscoveryFailed {
  readonly weight = null;

  constructor(address: string, status: number) {
    super({
      kind: 'upstream_failed',
      code: 'issuer_in_trouble',
      title: 'The issuer has trouble of its own',
      detail: `${address} answered ${status}.`,
      hint: 'Usually passes by itself: try again later.',
    });
  }
}

export class NoMetadata extends DiscoveryFailed {
  readonly weight = 1;

  constructor(
    readonly address: string,
    readonly status: number,
    words: Partial<Words> = {},
  ) {
    super({
      kind: 'upstream_failed',
      code: 'issuer_has_no_metadata',
      title: 'The issuer publishes no metadata',
      detail: `${address} answered ${status}.`,
      hint: AS_DOCUMENTED,
      ...words,
    });
  }

  /** RFC 8414 section 3.1, and OpenID Connect Discovery section 4: neither has it. */
  static at(answers: readonly { address: string; status: number }[]): NoMetadata {
    const [first] = answers;
    const detail = `${answers.map(({ address, status }) => `${address} answered ${status}`).join('; ')}.`;
    return new NoMetadata(first!.address, first!.status, { detail });
  }
}

export class MetadataRedirected extends DiscoveryFailed {
  readonly weight = 2;

  constructor(address: string, location: string | undefined) {
    const target = location === undefined ? null : URL.parse(location, address);
    super({
      kind: 'upstream_failed',
      code: 'metadata_redirected',
      title: 'The issuer redirects',
      detail: `${address} redirects${target ? ` to ${inert(target.origin + target.pathname)}` : ''}; metadata is taken from the issuer itself, and no redirect is followed.`,
      hint: 'Give the issuer that the other address names, if that is the one that you mean.',
    });
  }
}

export class MetadataNotJson extends DiscoveryFailed {
  readonly weight = 3;

  constructor(address: string, contentType: string | undefined) {
    super({
      kind: 'upstream_failed',
      code: 'metadata_not_json',
      title: 'The issuer’s answer is no metadata',
      detail: `${address} answered with ${inert(contentType?.split(';')[0] ?? 'something')} that is no JSON object.`,
      hint: `That address is probably a web page’s. ${AS_DOCUMENTED}`,
    });
  }
}

/** RFC 8414 section 2: what can't be left out is, or has no usable form. */
export class MetadataIncomplete extends DiscoveryFailed {
  readonly weight = 4;

  constructor(readonly faults: readonly string[]) {
    super({
      kind: 'upstream_failed',
      code: 'metadata_incomplete',
      title: 'The issuer’s metadata can’t be used',
      detail: `In the metadata ${faults.map(inert).join('; ')}.`,
      hint: 'Tell the provider; until it is mended, register by URLs or by a manifest.',
      members: { faults: faults.map(inert) },
    });
  }
}

/** RFC 8414 section 3.3: such a document must not be used. */
export class IssuerMismatch extends DiscoveryFailed {
  readonly weight = 5;

  constructor(
    expected: string,
    /** As it stands there, whatever it is. */
    readonly found: string,
  ) {
    super({
      kind: 'upstream_failed',
      code: 'issuer_mismatch',
      title: 'The metadata is another issuer’s',
      detail: `Asked for the metadata of ${inert(expected)}, and got that of ${inert(found)}. The two must be the same, character by character (RFC 8414 section 3.3).`,
      hint: 'A slash at the end, a port or the case makes another issuer. If the second one is the one that you mean, give that.',
      members: { expected: inert(expected), found: inert(found) },
    });
  }
}

const LONGEST = 300;

/** What came from outside, fit to be shown: what is not plain ASCII is spelt out, so that look-alikes are seen. */
export const inert = (text: string): string =>
  [...text.slice(0, LONGEST)]
    .map((character) => (/[\x20-\x7e]/.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`))
    .join('');
