import { Injectable } from '@nestjs/common';
import type { RefreshReply } from '@lockkeeper/contracts';
import { isUserless, needsConsent } from '@lockkeeper/manifests';
import { ApiServices } from '../api-services/api-services.js';
import { type Belonging, type ConnectionRequest, Connections } from '../connections/connections.js';
import { Rotation } from '../rotation/rotation.js';
import { ConsentNeeded, UserNeeded } from './issuance.errors.js';

/** How long a caller waits; the ledger has the request in hand after that, too. */
const DEADLINE_MS = 30_000;

/** Connections that no user has to agree to: their first token is asked for as soon as they exist. */
@Injectable()
export class Issuance {
  constructor(
    private readonly connections: Connections,
    private readonly apiServices: ApiServices,
    private readonly rotation: Rotation,
  ) {}

  /** As Connections.open; a new connection that needs no user comes back with its first token, or with what went wrong. */
  async open(request: ConnectionRequest): Promise<Belonging & { created: boolean }> {
    const opened = await this.connections.open(request);
    const { manifest } = opened.apiService;
    if (!opened.created || !isUserless(manifest) || needsConsent(manifest)) return opened;
    const { id } = opened.connection;
    // The scheduler may have been faster: then this waits for it.
    await this.rotation.rotate({ connectionId: id, supersedes: 0, cause: 'issue', deadlineMs: DEADLINE_MS });
    return { ...(await this.connections.get(id)), created: true };
  }

  /** A grant that begins, or begins anew after whatever ended it. @throws ConnectionNotFound, ApiServiceNotFound, UserNeeded, ConsentNeeded */
  async issue(connectionId: string): Promise<RefreshReply> {
    const { connection, apiService } = await this.connections.get(connectionId);
    this.apiServices.assertLiving(apiService);
    if (!isUserless(apiService.manifest)) throw new UserNeeded(apiService.slug);
    if (needsConsent(apiService.manifest) && connection.captured === null) throw new ConsentNeeded(apiService.slug);
    return this.rotation.rotate({ connectionId, cause: 'issue', deadlineMs: DEADLINE_MS });
  }
}
