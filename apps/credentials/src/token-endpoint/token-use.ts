import { HostNotAllowed, renderTemplate, renderUrl, tokensOf } from '@lockkeeper/manifests';
import type { TokenUse } from '@lockkeeper/contracts';
import type { OAuthTarget } from './oauth-target.js';
import { capturedValues, commonValues } from './template-values.js';

/** How one connection's token is used. A base URL whose values aren't known yet, or lead elsewhere, is left out: the token travels nowhere then. */
export function tokenUse(
  target: Pick<OAuthTarget, 'manifest' | 'clientId' | 'params'>,
  captured: Record<string, unknown>,
): TokenUse {
  const { use, hosts } = target.manifest;
  // The places of `use` know neither secrets nor the redirect URI.
  const values = {
    ...commonValues({ ...target, slug: '', clientSecret: null, secrets: {}, redirectUri: '' }),
    ...capturedValues(captured),
  };
  const headers = Object.entries(use.headers).map(([name, text]) => [name, renderTemplate(text, values)] as const);
  return {
    baseUrls: use.baseUrls.flatMap((url) => baseUrl(() => renderUrl({ url }, values, hosts).href, url)),
    header: use.header,
    scheme: use.scheme,
    query: use.query ?? null,
    headers: Object.fromEntries(headers.filter(([, value]) => value !== '')),
    refusedStatuses: use.refusedStatuses,
    ...(use.refusedAnswers && {
      refusedAnswers: use.refusedAnswers.map(({ at, equals }) => ({ path: tokensOf(at), equals })),
    }),
  };
}

/** As it was written where nothing was put in: parsing adds a slash to a bare host. */
function baseUrl(render: () => string, url: string): string[] {
  if (!url.includes('{{')) return [url];
  try {
    return [render()];
  } catch (error) {
    if (error instanceof HostNotAllowed) return [];
    throw error;
  }
}
