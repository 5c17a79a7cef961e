import { describe, expect, it } from '@jest/globals';
import { readManifest } from '@lockkeeper/manifests';
import { lostScopes } from './lost-scopes.js';

const manifestOf = (answer: object = {}) =>
  readManifest({
    manifest: 1,
    authorize: { url: 'https://as.example/authorize' },
    token: { url: 'https://as.example/token' },
    answer,
  }).manifest;

describe('lostScopes', () => {
  it('D012 names what was wanted and is not granted', () => {
    expect(lostScopes(manifestOf(), ['a', 'b', 'c'], 'b d')).toEqual(['a', 'c']);
    expect(lostScopes(manifestOf(), ['a'], 'a b')).toEqual([]);
  });

  it('says nothing where nobody told what is granted', () => {
    expect(lostScopes(manifestOf(), ['a'], null)).toEqual([]);
  });

  it('misses nothing that the provider never names', () => {
    const manifest = manifestOf({ unspokenScopes: ['offline_access'] });
    expect(lostScopes(manifest, ['a', 'offline_access'], 'b')).toEqual(['a']);
  });
});
