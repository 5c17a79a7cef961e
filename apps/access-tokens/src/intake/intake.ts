import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PublicationOpener } from '@lockkeeper/sealing';
import { ApiServiceIntake } from './api-service-intake.js';
import { ConnectionIntake } from './connection-intake.js';
import { publicationsTakenIn } from './intake.metrics.js';
import { isPoison } from './publication-messages.js';

/** `old`: what is held already is as new, or newer. */
export type IntakeOutcome = 'taken_in' | 'old';

/** A publication's whole way into this workspace, from whichever side it comes: the durable's delivery, or a replay. */
@Injectable()
export class Intake {
  constructor(
    private readonly opener: PublicationOpener,
    private readonly connections: ConnectionIntake,
    private readonly apiServices: ApiServiceIntake,
  ) {}

  /**
   * Done once this resolves: what it tells can be read, its events are on their way.
   * @param sealed a compact JWE
   * @param subject the connection or API service that the NATS subject names
   * @throws SealingError `publication_refused`, PublicationUnfit: no retry helps; anything else may pass
   */
  async take(sealed: string, subject: string): Promise<IntakeOutcome> {
    try {
      const outcome = (await this.takeOpened(sealed, subject)) ? 'taken_in' : 'old';
      publicationsTakenIn.inc({ outcome });
      return outcome;
    } catch (error) {
      if (isPoison(error)) publicationsTakenIn.inc({ outcome: 'refused' });
      throw error;
    }
  }

  private async takeOpened(sealed: string, subject: string): Promise<boolean> {
    const opened = await this.opener.open(sealed, subject);
    const digest = digestOf(sealed);
    return opened.about === 'connection'
      ? this.connections.take(opened.publication, digest)
      : this.apiServices.take(opened.publication, digest);
  }
}

/** Tells one sealed publication from another without opening either. */
export const digestOf = (sealed: string): string => createHash('sha256').update(sealed, 'utf8').digest('base64url');
