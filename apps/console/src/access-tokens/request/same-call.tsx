import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { Copy } from '../../parts/copy';
import { Card } from '../../parts/page';
import { curlOf, type Draft, sdkOf, requestOf } from './draft';

const FORMS = ['curl', 'SDK', 'JSON'] as const;

/** The call as it would be made elsewhere. */
export function SameCall({ draft }: { draft: Draft }) {
  const [form, setForm] = useState<string>('curl');
  const request = requestOf(draft);
  const { origin } = window.location;
  const text =
    form === 'curl'
      ? curlOf(request, origin)
      : form === 'JSON'
        ? JSON.stringify(request, null, 2)
        : sdkOf(request, origin);
  return (
    <Card title="The same call" actions={<Copy text={text} />}>
      <div className="stack">
        <SegmentedControl size="xs" aria-label="As what" data={[...FORMS]} value={form} onChange={setForm} />
        <pre className="code wrap" tabIndex={0} aria-label="The same call">
          {text}
        </pre>
      </div>
    </Card>
  );
}
