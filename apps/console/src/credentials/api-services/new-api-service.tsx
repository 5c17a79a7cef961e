import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useAddress } from '../../frame/address';
import { Loading } from '../../parts/loading';
import { Note } from '../../parts/note';
import { Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import type { ApiService } from '../queries';
import { useCatalogueEntry } from './catalogue-search';
import { ClientForm } from './client-form';
import { type Source, SourceChoice } from './source-choice';
import { Tryout } from './tryout';

const STEPS = ['Where it is', 'The client', 'Dry run and first consent'];

/** From nothing to a first consent, in three steps; a catalogue entry stands in the address, so that there are links to the second one. */
export function NewApiService() {
  const [address, set] = useAddress<'entry'>();
  const slug = address.get('entry');
  const named = useCatalogueEntry(slug);
  const [told, setTold] = useState<Source | null>(null);
  const [made, setMade] = useState<ApiService | null>(null);
  const source: Source | null = named.data ? { way: 'catalogue', entry: named.data } : told;
  const at = made ? 2 : source ? 1 : 0;
  const back = (): void => {
    setTold(null);
    set('entry', null);
  };
  return (
    <Page
      title="Add an API service"
      under={{ to: '/api-services', label: 'API services' }}
      about={`Step ${at + 1} of 3: ${STEPS[at]}`}
    >
      <Trouble error={named.error} />
      {named.isLoading && <Loading />}
      {slug !== null && named.data === null && (
        <Note tone="warn">The catalogue has no entry {slug}. Look for it here.</Note>
      )}
      {!source && !named.isLoading && (
        <Start
          onSource={(chosen) =>
            chosen.way === 'catalogue' ? set('entry', chosen.entry.slug, 'push') : setTold(chosen)
          }
        />
      )}
      {source && !made && <ClientForm source={source} onBack={back} onMade={setMade} />}
      {made && <Tryout apiService={made} />}
    </Page>
  );
}

const WAYS: { value: Source['way']; label: string }[] = [
  { value: 'catalogue', label: 'Catalogue' },
  { value: 'issuer', label: 'Issuer' },
  { value: 'fields', label: 'Five fields' },
  { value: 'manifest', label: 'Manifest' },
];

function Start({ onSource }: { onSource: (source: Source) => void }) {
  const [address, set] = useAddress<'by'>();
  const way = WAYS.find(({ value }) => value === address.get('by'))?.value ?? 'catalogue';
  return (
    <div className="stack">
      <div>
        <SegmentedControl
          aria-label="How it is described"
          data={WAYS}
          value={way}
          onChange={(value) => set('by', value === 'catalogue' ? null : value)}
        />
      </div>
      <SourceChoice way={way} onSource={onSource} />
    </div>
  );
}
