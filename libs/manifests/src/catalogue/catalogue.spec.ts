import { describe, expect, it } from '@jest/globals';
import { readManifest } from '../manifest.js';
import { Catalogue, renderGuide } from './catalogue.js';

const SANDBOX_URL = 'http://127.0.0.1:7103';
const catalogue = new Catalogue({ sandboxUrl: SANDBOX_URL });

describe('The catalogue', () => {
  it('lists its services by slug, the sandbox only where there is one', () => {
    expect(catalogue.list().map(({ slug }) => slug)).toEqual(['github', 'google', 'goto', 'podio', 'sandbox']);
    expect(new Catalogue().find('sandbox')).toBeNull();
    expect(catalogue.find('constructor')).toBeNull();
  });

  it.each(catalogue.list().map((entry) => [entry.slug, entry] as const))(
    '%s is an ordinary manifest, without a warning, that tells an admin what to do',
    (_slug, { name, manifest }) => {
      const { manifest: again, warnings } = readManifest(JSON.parse(JSON.stringify(manifest)));
      expect(again).toEqual(manifest);
      expect(warnings).toEqual([]);
      expect(name.length).toBeGreaterThan(3);
      expect(manifest.documentationUrl).toMatch(/^https:\/\//);
      const guide = renderGuide(manifest, 'https://lockkeeper.example/callback/x');
      expect(guide).toContain('https://lockkeeper.example/callback/x');
      expect(guide).not.toContain('{{');
      expect(manifest.superseded.policy === 'keep' || _slug === 'sandbox').toBe(true);
    },
  );

  it('templates the sandbox by its URL', () => {
    const { manifest } = catalogue.find('sandbox')!;
    expect(manifest).toMatchObject({
      issuer: SANDBOX_URL,
      clientAuthentication: 'basic',
      authorize: { url: `${SANDBOX_URL}/auth`, iss: 'required', scopes: ['openid', 'offline_access', 'api:read'] },
      token: { url: `${SANDBOX_URL}/token` },
      superseded: { policy: 'revoke', graceSeconds: 0 },
      use: { baseUrls: [`${SANDBOX_URL}/api`] },
    });
  });

  it('has no guide where a manifest has none', () => {
    const { manifest } = catalogue.find('podio')!;
    expect(renderGuide({ ...manifest, guide: undefined }, 'https://x.example')).toBeNull();
  });
});
