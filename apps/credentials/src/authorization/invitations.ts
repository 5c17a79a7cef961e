import { Injectable } from '@nestjs/common';
import { ApiServices } from '../api-services/api-services.js';
import { type Belonging, Connections } from '../connections/connections.js';
import { isGeneric } from '@lockkeeper/manifests';
import type { FieldsView } from '../pages/fields.page.js';
import { fieldsView } from './filling-in.js';
import type { ConnectView } from '../pages/connect.page.js';
import { TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { AuthorizationLinks, type LinkVisit } from './authorization-links.js';
import { GrantReceipt } from './grant-receipt.js';
import type { BindingCookie } from './ticket.js';

/** To consent at a provider, or to fill something in. */
export type InvitationView = { consent: ConnectView; fields: null } | { consent: null; fields: FieldsView };

export interface Invitation {
  view: InvitationView;
  /** For the browser that opens the link first. */
  cookie: BindingCookie | null;
}

/** What a link asks of its user: shown before anything leaves for the provider. */
@Injectable()
export class Invitations {
  constructor(
    private readonly links: AuthorizationLinks,
    private readonly connections: Connections,
    private readonly apiServices: ApiServices,
    private readonly endpoint: TokenEndpoint,
    private readonly receipt: GrantReceipt,
  ) {}

  /** @throws LinkSpent, LinkOpenedElsewhere, ApiServiceNotFound */
  async open(visit: LinkVisit): Promise<Invitation> {
    const { link, cookie } = await this.receipt.telling(() => this.links.open(visit));
    return { view: this.view(await this.belonging(link.connectionId)), cookie };
  }

  /** For whoever only looks: the link stays as it is, and its user's name is nobody's business. @throws LinkSpent, ApiServiceNotFound */
  async peek(ticket: string): Promise<Invitation> {
    const { connectionId } = await this.links.peek(ticket);
    return { view: this.view(await this.belonging(connectionId), null), cookie: null };
  }

  /** Whether its service is one whose users fill something in. False for what isn't a link: using it tells why. */
  async isToFillIn({ ticket }: LinkVisit): Promise<boolean> {
    const connectionId = await this.links.subjectOf(ticket);
    return connectionId !== null && isGeneric((await this.connections.get(connectionId)).apiService.manifest);
  }

  private async belonging(connectionId: string): Promise<Belonging> {
    const belonging = await this.connections.get(connectionId);
    this.apiServices.assertLiving(belonging.apiService);
    return belonging;
  }

  private view(belonging: Belonging, user: string | null = belonging.connection.user): InvitationView {
    const { connection, apiService } = belonging;
    if (isGeneric(apiService.manifest)) return { consent: null, fields: { ...fieldsView(belonging), user } };
    const { knownScopes } = apiService.manifest;
    const scopes = connection.requestedScopes.map((scope) => ({
      scope,
      meaning: Object.hasOwn(knownScopes, scope) ? knownScopes[scope]! : null,
    }));
    const consent = { service: apiService.name, user, scopes, host: this.hostOf(belonging) };
    return { consent, fields: null };
  }

  /** Null where the provider tells it only once a code is asked for. */
  private hostOf({ connection, apiService }: Belonging): string | null {
    if (apiService.manifest.grant === 'device_code') return null;
    const target = this.apiServices.target(apiService, connection);
    return this.endpoint.authorizationUrl(target, { state: '', scopes: [], codeChallenge: null }).hostname;
  }
}
