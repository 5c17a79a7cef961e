import { Injectable } from '@nestjs/common';
import { InvalidInput, LockkeeperError } from '@lockkeeper/doors';
import { fieldFaults, isGeneric, isUserless } from '@lockkeeper/manifests';
import { DataSource, type EntityManager } from 'typeorm';
import type { ApiService } from '../api-services/api-service.entity.js';
import { ApiServices } from '../api-services/api-services.js';
import { Connections } from '../connections/connections.js';
import { GrantSeal } from '../connections/grant-seal.js';
import { Transitions } from '../connections/transitions.js';
import { Publications } from '../publication/publications.js';
import type { TokenGrant } from '../token-endpoint/token-grant.js';
import type { ImportLineView } from './imports.dto.js';
import { type ForeignToken, refuse, type TokenLine } from './token-lines.js';

export interface TokenImportOptions {
  dryRun: boolean;
  /** All lines or none; else each by itself. */
  together: boolean;
}

const AT_ONCE = 4;

/** Takes over tokens that were obtained elsewhere: each becomes a connection's first version here, or its next one. */
@Injectable()
export class TokenImport {
  constructor(
    private readonly dataSource: DataSource,
    private readonly apiServices: ApiServices,
    private readonly connections: Connections,
    private readonly transitions: Transitions,
    private readonly seal: GrantSeal,
    private readonly publications: Publications,
  ) {}

  /** What became of each line, or would; with `together`, nothing is done if one of them is refused. */
  async run(lines: TokenLine[], { dryRun, together }: TokenImportOptions): Promise<ImportLineView[]> {
    const known = new Map((await this.apiServices.list()).map((apiService) => [apiService.slug, apiService]));
    const existing = await this.existing(lines, known);
    const views = lines.map((line) => foreseen(line, { known, existing }));
    if (dryRun || (together && views.some(({ outcome }) => outcome === 'refused'))) return views;
    const wanted = lines.flatMap((line, index) => (line.token ? [{ line, view: views[index]! }] : []));
    if (together) await this.dataSource.transaction(async (manager) => this.takeAll(manager, wanted));
    else await this.takeEach(wanted);
    this.publications.nudge();
    return views;
  }

  /** Of all lines in one look: by API service and user. */
  private async existing(
    lines: readonly TokenLine[],
    known: ReadonlyMap<string, ApiService>,
  ): Promise<ReadonlyMap<string, Standing>> {
    const wanted = lines.flatMap(({ token, apiService, user }) => {
      const id = known.get(apiService ?? '')?.id;
      return token && id !== undefined ? [{ id, user: user! }] : [];
    });
    const rows = await this.dataSource.query<(Standing & { apiServiceId: string; user: string })[]>(
      `SELECT c.id, c.api_service_id AS "apiServiceId", c.user_id AS "user", c.version, c.access_token IS NOT NULL AS "hasToken"
       FROM unnest($1::uuid[], $2::text[]) AS wanted (api_service_id, user_id) JOIN connections c USING (api_service_id, user_id)`,
      [wanted.map(({ id }) => id), wanted.map(({ user }) => user)],
    );
    return new Map(rows.map((row) => [keyOf(row.apiServiceId, row.user), row]));
  }

  /** A few at once: each waits for the database most of the time. */
  private async takeEach(wanted: { line: TokenLine; view: ImportLineView }[]): Promise<void> {
    const left = wanted.values();
    const hand = async (): Promise<void> => {
      for (const one of left) await this.takeAlone(one);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, hand));
  }

  /** Whatever is wrong with a line is wrong with that line: those before it are taken, and those after it are still looked at. */
  private async takeAlone(one: { line: TokenLine; view: ImportLineView }): Promise<void> {
    try {
      await this.dataSource.transaction((manager) => this.take(manager, one, false));
    } catch (error) {
      if (!(error instanceof LockkeeperError)) throw error;
      Object.assign(one.view, { outcome: 'refused', connectionId: null });
      one.view.problems.push(error.detail);
    }
  }

  private async takeAll(manager: EntityManager, wanted: { line: TokenLine; view: ImportLineView }[]): Promise<void> {
    for (const one of wanted) await this.take(manager, one, true);
  }

  private async take(
    manager: EntityManager,
    { line, view }: { line: TokenLine; view: ImportLineView },
    together: boolean,
  ): Promise<void> {
    const { connection } = await this.connections.openWithin(manager, {
      apiService: line.apiService!,
      user: line.user!,
    });
    view.connectionId = connection.id;
    await this.transitions.within(manager, connection.id, (belonging) => {
      if (belonging.connection.accessToken !== null) return outrun(view, together);
      const now = new Date();
      const origin = { apiService: belonging.apiService, issuedAt: now, authorizedAt: now };
      belonging.connection.authorize(
        this.seal.seal(belonging.connection, grantOf(belonging.apiService, line.token!, now), origin),
        now,
      );
      const detail = `A token that was obtained elsewhere was imported as version ${belonging.connection.version}.`;
      return { publish: 'authorized', event: 'imported', detail };
    });
  }
}

/** A connection that is there already. */
interface Standing {
  id: string;
  version: number;
  hasToken: boolean;
}

const keyOf = (apiServiceId: string, user: string): string => `${apiServiceId}\n${user}`;

function foreseen(
  line: TokenLine,
  { known, existing }: { known: ReadonlyMap<string, ApiService>; existing: ReadonlyMap<string, Standing> },
): ImportLineView {
  const apiService = known.get(line.apiService ?? '');
  const standing = (apiService && line.token && existing.get(keyOf(apiService.id, line.user!))) ?? null;
  const against = line.token === null ? null : reasonAgainst(apiService, standing);
  if (against !== null) refuse(line, against);
  const outcome = line.token === null ? 'refused' : standing ? 'reconnected' : 'connected';
  const { apiService: slug, user, problems } = line;
  return { line: line.line, apiService: slug, user, outcome, problems, connectionId: standing?.id ?? null };
}

function reasonAgainst(apiService: ApiService | undefined, standing: Standing | null): string | null {
  if (!apiService) return 'apiService is none that is registered here';
  const { manifest } = apiService;
  if (isGeneric(manifest)) return 'its API service is generic: it has no tokens';
  if (isUserless(manifest))
    return `its API service gets its tokens by itself (${manifest.grant}): there is none to import`;
  if (standing?.hasToken) return `the connection is there with version ${standing.version}; revoke it first`;
  const asked = standing ? [] : fieldFaults(manifest, {}).map(({ key }) => key);
  if (asked.length === 0) return null;
  return `its API service asks for values (${asked.join(', ')}): make the connection by POST /v1/connections with params, then import`;
}

/** Somebody consented meanwhile: that is newer. @throws InvalidInput where it is all or none */
function outrun(view: ImportLineView, together: boolean): null {
  const problem = 'the connection got a token meanwhile';
  if (together) throw new InvalidInput([{ pointer: `/tokens/${view.line - 1}`, message: problem }]);
  view.outcome = 'refused';
  view.problems.push(problem);
  return null;
}

/** One that is over already is refreshed at once: its refresh token is what counts. */
function grantOf({ manifest }: ApiService, token: ForeignToken, now: Date): TokenGrant {
  const { accessToken, refreshToken, expiresAt, scope } = token;
  return {
    accessToken,
    tokenType: manifest.answer.acceptedTokenTypes[0]!,
    refreshToken,
    refreshTokenKept: false,
    expiresInSeconds: expiresAt && Math.max(Math.floor((expiresAt.getTime() - now.getTime()) / 1000), 1),
    refreshTokenExpiresInSeconds: null,
    scope,
    namedTokens: {},
    captured: {},
  };
}
