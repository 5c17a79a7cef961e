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
  constructor(slug: string, strands: { user: string; status: string }[], total: number) {
    super({
      kind: 'conflict',
      code: 'would_strand_connections',
      title: 'Living connections would be stranded',
      detail: `\`${slug}\` has ${total} living connection${total === 1 ? '' : 's'}, which would be revoked and whose secrets would be erased.`,
      hint: 'Add ?force=true if that is what you want.',
      members: { strands: { total, connections: strands } },
    });
  }
}
