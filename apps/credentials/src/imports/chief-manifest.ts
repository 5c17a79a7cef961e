import { z } from 'zod';

/** A request of a ChiefOnboarding manifest: `data` is its body. */
const request = z.looseObject({
  url: z.string().min(1),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  headers: z.record(z.string(), z.string()).default({}),
});

const asked = z.looseObject({
  id: z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'is not a plain name'),
  name: z.string().min(1).max(100),
  description: z.string().max(500).default(''),
  secret: z.boolean().default(true),
});

/** What is read of a ChiefOnboarding manifest; the rest of it is about onboarding people, and has no place here. */
export const chiefManifest = z.looseObject({
  initial_data_form: z.array(asked).default([]),
  headers: z.record(z.string(), z.string()).default({}),
  oauth: z
    .looseObject({
      authenticate_url: z.string().min(1),
      access_token: request,
      refresh: request.optional(),
      without_code: z.boolean().default(false),
    })
    .optional(),
});

export type ChiefManifest = z.output<typeof chiefManifest>;
export type ChiefRequest = z.output<typeof request>;
export type ChiefField = ChiefManifest['initial_data_form'][number];
