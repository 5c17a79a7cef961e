import type { ApiServicePublication, Publication } from '@lockkeeper/contracts';
import { z } from 'zod';
import { PublicationUnfit } from './intake.errors.js';

const instant = z.iso.datetime({ offset: true });
/** PostgreSQL's text holds everything but NUL. */
const text = z.string().refine((value) => !value.includes('\u0000'), 'holds a NUL character');

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

const texts = z.record(text.min(1), text);

/** What was filled in at a generic API service, as calls carry it. */
const credential = z.object({
  readable: z.boolean(),
  headers: texts,
  query: texts,
  body: z.object({ encoding: z.enum(['json', 'form']), parameters: texts }).nullable(),
});

/** What a newer credentials may add to these lists is a word like any other: nothing here is decided by it. */
const notice = z.object({
  id: z.uuid(),
  cause: text.min(1),
  reason: text,
  requestedBy: text,
  openedAt: instant,
  sentAt: instant.nullable(),
  channels: z.array(z.object({ channel: text.min(1), status: text.min(1), settledAt: instant.nullable() })),
  closedAt: instant.nullable(),
  closedBecause: text.nullable(),
  asked: z.object({ revision: z.int32().min(0), reason: text }).nullable(),
});

/** Members that this version doesn't know are ignored: credentials may be newer. */
const PublicationSchema = z.object({
  connectionId: z.uuid(),
  apiService: slug,
  user: text.min(1).max(512),
  status: z.enum(['pending', 'active', 'refresh_failing', 'reauthorization_required', 'revoked']),
  version: z.int32().min(0),
  revision: z.int32().min(0),
  // A cause that only a newer credentials knows says nothing here; the snapshot counts all the same.
  cause: z
    .enum(['authorized', 'rotated', 'status_changed', 'revoked', 'notice', 'expiring', 'republished'])
    .catch('republished'),
  token: z
    .object({
      accessToken: text.min(1),
      tokenType: text.min(1),
      scope: text.nullable(),
      expiresAt: instant.nullable(),
      dpopKey: text.min(1).nullish(),
      credential: credential.nullish(),
    })
    .nullable(),
  tokenVersion: z.int32().min(0).optional(),
  namedTokens: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]*$/),
      z.object({
        accessToken: text.min(1),
        tokenType: text.min(1),
        scope: text.nullable(),
        expiresAt: instant.nullable(),
        version: z.int32().min(0),
      }),
    )
    .optional(),
  use: z.object({
    baseUrls: z.array(z.url({ protocol: /^https?$/ })),
    header: text.min(1),
    scheme: text,
    query: text.min(1).nullable().default(null),
    headers: z.record(text.min(1), text).default({}),
    refusedStatuses: z.array(z.int().min(400).max(499)).optional(),
    refusedAnswers: z
      .array(z.object({ path: z.array(text), equals: z.union([text, z.number(), z.boolean()]) }))
      .optional(),
  }),
  reason: text.nullable(),
  forecast: z.object({ diesAt: instant, because: text, daysAhead: z.int32().min(0) }).nullish(),
  scopeReduction: z.object({ version: z.int32().min(1), lost: z.array(text) }).nullish(),
  notice: notice.nullish(),
  occurredAt: instant,
});

const ApiServicePublicationSchema = z.object({
  apiServiceId: z.uuid(),
  apiService: slug,
  status: z.enum(['active', 'client_fault']),
  revision: z.int32().min(0),
  reason: text.nullable(),
  occurredAt: instant,
});

/**
 * Who signed it is settled; this is whether both workspaces mean the same by it.
 * @throws PublicationUnfit naming the members, never their values
 */
export function checkedPublication(opened: Publication): Publication {
  const publication = fitting(PublicationSchema, opened) as Publication;
  // A tombstone takes the token with it, whatever else it says.
  return publication.status === 'revoked' ? { ...publication, token: null, namedTokens: {} } : publication;
}

/** @throws PublicationUnfit naming the members, never their values */
export const checkedApiService = (opened: ApiServicePublication): ApiServicePublication =>
  fitting(ApiServicePublicationSchema, opened);

function fitting<T>(schema: z.ZodType<T>, opened: unknown): T {
  const parsed = schema.safeParse(opened);
  if (parsed.success) return parsed.data;
  throw new PublicationUnfit(parsed.error.issues.map(({ path }) => path.join('.') || 'all of it'));
}
