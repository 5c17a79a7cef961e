import type { Publication } from '@lockkeeper/contracts';
import { z } from 'zod';
import { PublicationUnfit } from './intake.errors.js';

const instant = z.iso.datetime({ offset: true });
/** PostgreSQL's text holds everything but NUL. */
const text = z.string().refine((value) => !value.includes('\u0000'), 'holds a NUL character');

/** Members that this version doesn't know are ignored: credentials may be newer. */
const PublicationSchema = z.object({
  connectionId: z.uuid(),
  apiService: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  user: text.min(1).max(512),
  status: z.enum(['pending', 'active', 'refresh_failing', 'reauthorization_required', 'revoked']),
  version: z.int32().min(0),
  revision: z.int32().min(0),
  cause: z.enum(['authorized', 'rotated', 'status_changed', 'revoked', 'notice', 'republished']),
  token: z
    .object({ accessToken: text.min(1), tokenType: text.min(1), scope: text.nullable(), expiresAt: instant.nullable() })
    .nullable(),
  use: z.object({
    baseUrls: z.array(z.url({ protocol: /^https?$/ })),
    header: text.min(1),
    scheme: text,
    query: text.min(1).nullable().default(null),
    headers: z.record(text.min(1), text).default({}),
    refusedStatuses: z.array(z.int().min(400).max(499)).optional(),
  }),
  reason: text.nullable(),
  occurredAt: instant,
});

/**
 * Who signed it is settled; this is whether both workspaces mean the same by it.
 * @throws PublicationUnfit naming the members, never their values
 */
export function checkedPublication(opened: Publication): Publication {
  const parsed = PublicationSchema.safeParse(opened);
  if (!parsed.success) throw new PublicationUnfit(parsed.error.issues.map(({ path }) => path.join('.') || 'all of it'));
  // A tombstone takes the token with it, whatever else it says.
  return parsed.data.status === 'revoked' ? { ...parsed.data, token: null } : parsed.data;
}
