import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';
import { Empty } from '../../parts/empty';
import { Loading } from '../../parts/loading';
import { Card } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { IssuerChoice, type IssuerSource } from './issuer-choice';

const ManifestEditor = lazy(() => import('./manifest-editor'));

export type Entry = Schema['CatalogueEntryView'];
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

const PAUSE_MS = 150;
const FIRST_SHOWN = 24;

function CatalogueSearch({ onEntry }: { onEntry: (entry: Entry) => void }) {
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed, PAUSE_MS);
  const [all, setAll] = useState(false);
  const found = useQuery({
    queryKey: ['catalogue', q],
    queryFn: () => told(credentials.GET('/v1/catalogue', { params: { query: q ? { q } : {} } })),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const entries = found.data?.items ?? [];
  const shown = all ? entries : entries.slice(0, FIRST_SHOWN);
  return (
    <div className="stack">
      <TextInput
        size="md"
        label="Search the catalogue"
        placeholder="google, crm, accounting…"
        leftSection={<IconSearch size={16} />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Trouble error={found.error} />
      {found.isPending && <Loading />}
      <div className="choices">
        {shown.map((entry) => (
          <EntryChoice key={entry.slug} entry={entry} onEntry={onEntry} />
        ))}
      </div>
      {found.isSuccess && entries.length === 0 && (
        <Empty title="Not in the catalogue">
          If it has an issuer, that tells the rest; else five fields are enough for most APIs, and a manifest says
          everything.
        </Empty>
      )}
      {shown.length < entries.length && (
        <div>
          <Button variant="default" onClick={() => setAll(true)}>
            Show all {entries.length}
          </Button>
        </div>
      )}
    </div>
  );
}

const EntryChoice = ({ entry, onEntry }: { entry: Entry; onEntry: (entry: Entry) => void }) => (
  <button type="button" className="choice" onClick={() => onEntry(entry)}>
    <span className="monogram" aria-hidden="true">
      {entry.name.slice(0, 2)}
    </span>
    <span>
      <b>{entry.name}</b>
      <small>{entry.tags.join(', ') || entry.slug}</small>
    </span>
  </button>
);

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
