import { describe, expect, it } from '@jest/globals';
import { isGeneric } from '../generic.js';
import { readManifest } from '../manifest.js';
import { Catalogue, renderGuide } from './catalogue.js';

const SANDBOX_URL = 'http://127.0.0.1:7103';
const catalogue = new Catalogue({ sandboxUrl: SANDBOX_URL });

describe('The catalogue', () => {
  it('has at least 80 services, by slug, the sandbox only where there is one', () => {
    const slugs = catalogue.list().map(({ slug }) => slug);
    expect(slugs.length).toBeGreaterThanOrEqual(80);
    expect(slugs).toEqual([...slugs].sort((a, b) => a.localeCompare(b)));
    expect(new Catalogue().find('sandbox')).toBeNull();
    expect(catalogue.find('constructor')).toBeNull();
  });

  it('finds them by words of their names and tags', () => {
    const found = (text: string) => catalogue.search(text).map(({ slug }) => slug);
    expect(found('Microsoft')).toEqual(['microsoft', 'microsoft-admin', 'microsoft-device']);
    expect(found('crm sales')).toEqual(expect.arrayContaining(['hubspot', 'pipedrive', 'salesforce']));
    expect(found('crm nowhere')).toEqual([]);
    expect(found('')).toHaveLength(catalogue.list().length);
  });

  /** What an entry may be warned of: the provider’s own ways, which the catalogue can’t mend. */
  const ITS_OWN_WAYS =
    /^\/(quirks|authorize\/pkce|use\/query|use\/parameters|revoke\/request|refresh\/request|followUps|clientAssertion\/audience)|scopes/;

  it.each(catalogue.list().map((entry) => [entry.slug, entry] as const))(
    '%s is an ordinary manifest that tells an admin what to do, and is honest about itself',
    (slug, { name, manifest }) => {
      const { manifest: again, warnings } = readManifest(JSON.parse(JSON.stringify(manifest)));
      expect(again).toEqual(manifest);
      expect(warnings.filter(({ pointer }) => !ITS_OWN_WAYS.test(pointer))).toEqual([]);
      expect(slug).toMatch(/^[a-z0-9-]+$/);
      expect(name.length).toBeGreaterThan(0);
      expect(manifest.tags.length).toBeGreaterThan(0);
      expect(manifest.documentationUrl).toMatch(/^https:\/\//);
      expect(manifest.verified).toBe('never');
      const guide = renderGuide(manifest, 'https://lockkeeper.example/callback/x');
      // Whoever fills in a key has no redirect URI to paste.
      expect(guide!.includes('https://lockkeeper.example/callback/x')).toBe(!isGeneric(manifest));
      expect(guide).not.toContain('{{');
      expect(manifest.superseded.policy === 'keep' || slug === 'sandbox').toBe(true);
      for (const scope of manifest.authorize.scopes.filter(() => Object.keys(manifest.knownScopes).length > 0))
        expect(manifest.knownScopes).toHaveProperty([scope]);
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
