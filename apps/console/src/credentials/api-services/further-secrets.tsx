import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../frame/session';
import { counted } from '../../parts/counted';
import { Note } from '../../parts/note';
import { Card } from '../../parts/page';
import { When } from '../../parts/when';
import { type ApiService, useConnectionCounts } from '../queries';
import { declaredIn, SecretsWindow } from './service-secrets';

/** What the manifest asks for besides the client's secret: of each, which one is held, and another in its place. */
export function FurtherSecrets({ of }: { of: ApiService }) {
  const admin = useMay('admin');
  const [changing, setChanging] = useState<string | null>(null);
  const declared = declaredIn(of.manifest);
  const names = Object.keys(declared);
  // Somebody else may have taken it out of the manifest meanwhile.
  const asked = changing === null ? undefined : declared[changing];
  if (names.length === 0) return null;
  return (
    <Card title="Further secrets">
      <ul className="ladder">
        {names.map((name) => (
          <li key={name}>
            <div className="row-between">
              <span className="two-lines">
                <span className="row">
                  <strong>{declared[name]!.label ?? name}</strong>
                  <code>{of.secrets[name]?.fingerprint}</code>
                </span>
                <small>
                  set <When at={of.secrets[name]?.changedAt} />
                </small>
              </span>
              {admin && (
                <Button size="compact-sm" variant="default" onClick={() => setChanging(name)}>
                  Change…
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {changing !== null && asked && (
        <SecretsWindow
          slug={of.slug}
          title={`Change: ${asked.label ?? changing}`}
          verb="Change it"
          of={{ [changing]: asked }}
          onClose={() => setChanging(null)}
        >
          <AtOnce of={of} />
        </SecretsWindow>
      )}
    </Card>
  );
}

function AtOnce({ of: { name, slug } }: { of: ApiService }) {
  const counts = useConnectionCounts({ apiService: slug }).data;
  const living = counts && counts.active + counts.refresh_failing;
  return (
    <Note tone="warn">
      <strong>It takes the place of the one in use at once.</strong>
      <p>
        Every request to {name} is made with it from now on
        {living !== undefined && (
          <>
            , for <strong>{counted(living, 'living connection')}</strong>
          </>
        )}
        . There is no trial, and the one before is erased: if this one is wrong, refreshes fail until it is right.
      </p>
    </Note>
  );
}
