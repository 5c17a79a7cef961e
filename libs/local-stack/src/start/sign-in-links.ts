const DEADLINE_MS = 10_000;

/** Links that sign one browser in as the first admin, once, within ten minutes. Null for a workspace whose first admin key was withdrawn. */
export interface SignInLinks {
  credentials: string | null;
  accessTokens: string | null;
}

interface Workspaces {
  credentialsUrl: string;
  accessTokensUrl: string;
  keys: { credentialsAdmin: string; accessTokensAdmin: string };
}

export async function signInLinks({ credentialsUrl, accessTokensUrl, keys }: Workspaces): Promise<SignInLinks> {
  const [credentials, accessTokens] = await Promise.all([
    linkFrom(credentialsUrl, keys.credentialsAdmin),
    linkFrom(accessTokensUrl, keys.accessTokensAdmin),
  ]);
  return { credentials, accessTokens };
}

async function linkFrom(workspaceUrl: string, key: string): Promise<string | null> {
  const response = await fetch(`${workspaceUrl}/v1/session/links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (!response.ok) return null;
  return ((await response.json()) as { url: string }).url;
}
