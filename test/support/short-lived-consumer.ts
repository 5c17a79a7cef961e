import type { ApiClient } from './api-client.js';

/** With a key that runs out as soon as it may, and not before it was used: a busy machine needs longer for that. */
export async function shortLivedConsumer(
  admin: ApiClient,
  isUsed: (client: ApiClient) => Promise<boolean>,
): Promise<ApiClient> {
  for (const seconds of [2, 8, 30]) {
    const expiresAt = new Date(Date.now() + seconds * 1000).toISOString();
    const consumer = { name: 'short', entitlements: [{ apiService: '*' }], expiresAt };
    const made = await admin.post<{ key: string }>('/v1/consumers', consumer);
    if (made.status >= 300) continue;
    const client = admin.with(made.body.key);
    if (await isUsed(client)) return client;
  }
  throw new Error('Its key had run out each time before it could be used.');
}
