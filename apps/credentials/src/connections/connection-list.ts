import { Injectable } from '@nestjs/common';
import type { ConnectionStatus } from '@lockkeeper/contracts';
import { InvalidInput } from '@lockkeeper/doors';
import { DataSource, In } from 'typeorm';
import { ApiServices } from '../api-services/api-services.js';
import { Connection } from './connection.entity.js';
import type { Belonging, ConnectionFilter } from './connections.js';

export const SORTS = ['id', 'care', 'user', 'expires'] as const;
export type ConnectionSort = (typeof SORTS)[number];

export interface ListQuery extends ConnectionFilter {
  /** Part of the user, in any case of letters. */
  search?: string | undefined;
  sort: ConnectionSort;
  /** Where the page before ended, as it said. */
  cursor?: string | undefined;
}

export interface ListedPage {
  items: Belonging[];
  /** Null at the end. */
  nextCursor: string | null;
}

/** Who needs a person first, then who is in trouble that may pass; of the others, who dies soonest. */
export const CARE = `CASE status WHEN 'reauthorization_required' THEN 0 WHEN 'refresh_failing' THEN 1 WHEN 'active' THEN 2
  WHEN 'pending' THEN 3 ELSE 4 END`;

interface Key {
  sql: string;
  type: string;
}
const ID: Key = { sql: 'id', type: 'uuid' };
const endless = (column: string): Key => ({
  sql: `coalesce(${column}, 'infinity'::timestamptz)`,
  type: 'timestamptz',
});
/** Each is an index's very expressions, so that a page costs the same wherever it is. */
const KEYS: Record<ConnectionSort, Key[]> = {
  id: [ID],
  care: [{ sql: `(${CARE})`, type: 'int' }, endless('dies_at'), ID],
  user: [{ sql: 'lower(user_id)', type: 'text' }, ID],
  expires: [endless('expires_at'), ID],
};

/** Connections as people look through them: searched, sorted, a page at a time by a place in the order, never by an offset. */
@Injectable()
export class ConnectionList {
  constructor(
    private readonly dataSource: DataSource,
    private readonly apiServices: ApiServices,
  ) {}

  /** @throws InvalidInput for a cursor that isn't one of this order */
  async page(query: ListQuery): Promise<ListedPage> {
    const keys = KEYS[query.sort];
    const { conditions, values } = await this.conditions(query);
    const place = placeOf(query, keys);
    if (place) conditions.push(`(${sqlOf(keys)}) > (${keys.map(({ type }) => `${bound(values, place)}::${type}`)})`);
    const rows = await this.dataSource.query<{ id: string; place: string[] }[]>(
      `SELECT id, ARRAY[${keys.map(({ sql }) => `${sql}::text`)}] AS place FROM connections
       ${where(conditions)} ORDER BY ${sqlOf(keys)} LIMIT ${query.limit + 1}`,
      values,
    );
    const shown = rows.slice(0, query.limit);
    const items = await this.belongings(shown.map(({ id }) => id));
    return { items, nextCursor: rows.length > query.limit ? cursorOf(shown.at(-1)!.place) : null };
  }

  /** How many there are in each state, of those that the filter lets through. */
  async counts(filter: Pick<ListQuery, 'apiService' | 'search'>): Promise<Partial<Record<ConnectionStatus, number>>> {
    const { conditions, values } = await this.conditions(filter);
    const rows = await this.dataSource.query<{ status: ConnectionStatus; count: number }[]>(
      `SELECT status, count(*)::int AS count FROM connections ${where(conditions)} GROUP BY status`,
      values,
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  private async conditions({ apiService, user, status, after, search }: Partial<ListQuery>) {
    const conditions: string[] = [];
    const values: unknown[] = [];
    const add = (sql: (parameter: string) => string, value: unknown): void => {
      if (value !== undefined) conditions.push(sql(`$${values.push(value)}`));
    };
    add((p) => `api_service_id IN (SELECT id FROM api_services WHERE slug = ${p})`, apiService);
    add((p) => `user_id = ${p}`, user);
    add((p) => `status = ${p}`, status);
    add((p) => `id > ${p}`, after);
    add((p) => `lower(user_id) LIKE ${p}`, search && `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`);
    return { conditions, values };
  }

  /** In the order of the ids. */
  private async belongings(ids: string[]): Promise<Belonging[]> {
    const found = await this.dataSource.manager.findBy(Connection, { id: In(ids) });
    const byId = new Map(found.map((connection) => [connection.id, connection]));
    const apiServices = await this.apiServices.byIds([...new Set(found.map((one) => one.apiServiceId))]);
    return ids.flatMap((id) => {
      const connection = byId.get(id); // may have been removed a moment ago
      return connection ? [{ connection, apiService: apiServices.get(connection.apiServiceId)! }] : [];
    });
  }
}

const sqlOf = (keys: Key[]): string => keys.map(({ sql }) => sql).join(', ');
const where = (conditions: string[]): string => (conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '');
const bound = (values: unknown[], place: string[]): string => `$${values.push(place.shift())}`;
const cursorOf = (place: string[]): string => Buffer.from(JSON.stringify(place)).toString('base64url');

function placeOf({ cursor }: ListQuery, keys: Key[]): string[] | null {
  if (cursor === undefined) return null;
  const place = parsed(Buffer.from(cursor, 'base64url').toString());
  if (place?.length === keys.length && place.every((part, index) => FORMS[keys[index]!.type]!.test(part))) return place;
  throw new InvalidInput([{ pointer: '/cursor', message: 'must be the `nextCursor` of a page in this order' }]);
}

const FORMS: Record<string, RegExp> = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  int: /^\d$/,
  text: /^[^\0]*$/,
  timestamptz: /^(infinity|\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?)$/,
};

function parsed(json: string): string[] | null {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value : null;
  } catch {
    return null; // not one of ours
  }
}
