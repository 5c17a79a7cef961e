import { LockkeeperError } from '@lockkeeper/doors';

export class ApiServiceNotFound extends LockkeeperError {
  constructor(slug: string) {
    super({
      kind: 'not_found',
      code: 'api_service_not_found',
      title: 'There is no such API service',
      detail: `No API service has the slug \`${slug}\`.`,
      hint: 'GET /v1/api-services lists them; POST /v1/api-services registers one.',
    });
  }
}

export class SlugTaken extends LockkeeperError {
  constructor(slug: string) {
    super({
      kind: 'conflict',
      code: 'slug_taken',
      title: 'The slug is taken',
      detail: `Another API service has the slug \`${slug}\`.`,
      hint: 'Choose another slug, or change the existing one with PATCH /v1/api-services/:slug.',
    });
  }
}

export class CatalogueEntryNotFound extends LockkeeperError {
  constructor(entry: string, known: string[]) {
    super({
      kind: 'invalid',
      code: 'catalogue_entry_not_found',
      title: 'The catalogue has no such entry',
      detail: `The catalogue has no entry \`${entry}\`. It has: ${known.join(', ')}.`,
      hint: 'Use one of these, or register by five fields: authorizeUrl and tokenUrl instead of catalogue.',
    });
  }
}

/** Retiring it would end living connections, and nobody said that this is wanted. */
export class WouldStrand extends LockkeeperError {
  /** @param living.frozen why nothing would be revoked at the provider; null where it would */
  constructor(
    slug: string,
    strands: { user: string; status: string }[],
    { total, frozen }: { total: number; frozen: string | null },
  ) {
    super({
      kind: 'conflict',
      code: 'would_strand_connections',
      title: 'Living connections would be stranded',
      detail: `\`${slug}\` has ${total} living connection${total === 1 ? '' : 's'}, which would be revoked and whose secrets would be erased.${frozen === null ? '' : ` At the provider nothing would be revoked, since it is frozen: ${frozen}`}`,
      hint: 'Add ?force=true if that is what you want.',
      members: { strands: { total, connections: strands } },
    });
  }
}

export class SignsNothing extends LockkeeperError {
  constructor(slug: string) {
    super({
      kind: 'conflict',
      code: 'signs_nothing',
      title: 'This client signs nothing',
      detail: `\`${slug}\` does not prove itself by private_key_jwt, so it has no key to rotate.`,
      hint: 'Set clientAuthentication to private_key_jwt in its manifest: the first key is drawn then.',
    });
  }
}

export class NothingStaged extends LockkeeperError {
  constructor(slug: string) {
    super({
      kind: 'conflict',
      code: 'nothing_staged',
      title: 'No client secret is staged',
      detail: `\`${slug}\` has no client secret that waits to take over.`,
      hint: 'POST /v1/api-services/:slug/client-secrets stages one; GET shows what became of the last one.',
    });
  }
}

/** The one in use works, as far as anybody knows. */
export class SecretNotProven extends LockkeeperError {
  constructor(slug: string, state: string) {
    super({
      kind: 'conflict',
      code: 'secret_not_proven',
      title: 'The staged client secret is not proven',
      detail: `The staged secret of \`${slug}\` is \`${state}\`: its provider has not taken it yet, or refused it.`,
      hint: 'Refresh a connection, which tries it; or say {"unproven": true} if it is to take over all the same.',
    });
  }
}

export class NoFormerSecret extends LockkeeperError {
  constructor(slug: string) {
    super({
      kind: 'conflict',
      code: 'no_former_secret',
      title: 'No former client secret is kept',
      detail: `\`${slug}\` has no client secret but the one in use.`,
    });
  }
}
