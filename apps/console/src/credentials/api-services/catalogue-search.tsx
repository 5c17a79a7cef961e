import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';
import { useAddress } from '../../frame/address';
import { Empty } from '../../parts/empty';
import { Loading } from '../../parts/loading';
import { Trouble } from '../../parts/problem-note';

export type Entry = Schema['CatalogueEntryView'];

const catalogue = (q: string) => ({
  queryKey: ['catalogue', q],
  queryFn: () => told(credentials.GET('/v1/catalogue', { params: { query: q ? { q } : {} } })),
  staleTime: Infinity,
});

/** By its slug; null where there is none. */
export function useCatalogueEntry(slug: string | null) {
  return useQuery({
    ...catalogue(slug ?? ''),
    enabled: slug !== null,
    select: ({ items }): Entry | null => items.find((entry) => entry.slug === slug) ?? null,
  });
}

const PAUSE_MS = 150;
const FIRST_SHOWN = 24;

export function CatalogueSearch({ onEntry }: { onEntry: (entry: Entry) => void }) {
  const [address, set] = useAddress<'q'>();
  const [typed, setTyped] = useState(address.get('q') ?? '');
  const [q] = useDebouncedValue(typed, PAUSE_MS);
  const [all, setAll] = useState(false);
  const found = useQuery({ ...catalogue(q), placeholderData: keepPreviousData });
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
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          set('q', event.currentTarget.value);
        }}
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
