import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { Page } from '../../parts/page';
import type { ApiService } from '../queries';
import { ClientForm } from './client-form';
import { type Source, SourceChoice } from './source-choice';
import { Tryout } from './tryout';

const STEPS = ['Where it is', 'The client', 'Dry run and first consent'];

/** From nothing to a first consent, in three steps. */
export function NewApiService() {
  const [source, setSource] = useState<Source | null>(null);
  const [made, setMade] = useState<ApiService | null>(null);
  const at = made ? 2 : source ? 1 : 0;
  return (
    <Page
      title="Add an API service"
      under={{ to: '/api-services', label: 'API services' }}
      about={`Step ${at + 1} of 3: ${STEPS[at]}`}
    >
      {!source && <Start onSource={setSource} />}
      {source && !made && <ClientForm source={source} onBack={() => setSource(null)} onMade={setMade} />}
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
  const [way, setWay] = useState<Source['way']>('catalogue');
  return (
    <div className="stack">
      <div>
        <SegmentedControl
          aria-label="How it is described"
          data={WAYS}
          value={way}
          onChange={(value) => setWay(value as Source['way'])}
        />
      </div>
      <SourceChoice way={way} onSource={onSource} />
    </div>
  );
}
