import { Button, TextInput } from '@mantine/core';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { Loading } from '../../parts/loading';
import { Card } from '../../parts/page';
import { CatalogueSearch, type Entry } from './catalogue-search';
import { IssuerChoice, type IssuerSource } from './issuer-choice';

const ManifestEditor = lazy(() => import('./manifest-editor'));

export interface Fields {
  authorizeUrl: string;
  tokenUrl: string;
  revokeUrl?: string;
  testUrl?: string;
  apiBaseUrls?: string[];
}
/** What says where the requests go. */
export type Source =
  | { way: 'catalogue'; entry: Entry }
  | { way: 'issuer'; issuer: IssuerSource }
  | { way: 'fields'; fields: Fields }
  | { way: 'manifest'; manifest: Record<string, unknown> };

export function SourceChoice({ way, onSource }: { way: Source['way']; onSource: (source: Source) => void }) {
  if (way === 'catalogue') return <CatalogueSearch onEntry={(entry) => onSource({ way, entry })} />;
  if (way === 'issuer') return <IssuerChoice onIssuer={(issuer) => onSource({ way, issuer })} />;
  if (way === 'fields') return <FiveFields onFields={(fields) => onSource({ way, fields })} />;
  return (
    <Card title="A manifest of your own">
      <Suspense fallback={<Loading lines={8} />}>
        <ManifestEditor
          start={STARTING_MANIFEST}
          verb="Use this manifest"
          onDone={(manifest) => onSource({ way: 'manifest', manifest })}
        />
      </Suspense>
    </Card>
  );
}

const STARTING_MANIFEST = {
  manifest: 1,
  authorize: { url: 'https://provider.example/oauth/authorize', scopes: [] },
  token: { url: 'https://provider.example/oauth/token' },
  use: { baseUrls: ['https://api.provider.example/'] },
};

function FiveFields({ onFields }: { onFields: (fields: Fields) => void }) {
  const [given, setGiven] = useState<Record<string, string>>({});
  const field = (name: string, { required, ...words }: { label: string; description: string; required?: boolean }) => (
    <TextInput
      {...words}
      placeholder="https://"
      type="url"
      required={required === true}
      value={given[name] ?? ''}
      onChange={(event) => setGiven({ ...given, [name]: event.currentTarget.value })}
    />
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { authorizeUrl, tokenUrl, revokeUrl, testUrl, apiBaseUrl } = given;
    onFields({
      authorizeUrl: authorizeUrl!,
      tokenUrl: tokenUrl!,
      ...(revokeUrl && { revokeUrl }),
      ...(testUrl && { testUrl }),
      ...(apiBaseUrl && { apiBaseUrls: [apiBaseUrl] }),
    });
  };
  return (
    <Card title="Where the provider’s doors are">
      <form className="stack" onSubmit={submit}>
        {field('authorizeUrl', { label: 'Authorize URL', description: 'Where users agree.', required: true })}
        {field('tokenUrl', {
          label: 'Token URL',
          description: 'Where codes are exchanged for tokens.',
          required: true,
        })}
        {field('apiBaseUrl', { label: 'API base URL', description: 'Where the token may travel, and nowhere else.' })}
        {field('testUrl', { label: 'Test URL', description: 'A GET that answers 200 to a good token.' })}
        {field('revokeUrl', { label: 'Revoke URL', description: 'Where tokens are given up (RFC 7009).' })}
        <div className="row-end">
          <Button type="submit">Go on</Button>
        </div>
      </form>
    </Card>
  );
}
