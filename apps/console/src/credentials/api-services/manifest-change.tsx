import { lazy, Suspense, useState } from 'react';
import { useMay } from '../../frame/session';
import { Loading } from '../../parts/loading';
import { Note } from '../../parts/note';
import { Card } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import type { ApiService } from '../queries';
import { useAmendment } from './amendment';
import { declaredIn, SecretsWindow } from './service-secrets';

const ManifestEditor = lazy(() => import('./manifest-editor'));
type Manifest = Record<string, unknown>;

/** The manifest in the editor; where it asks for other secrets than are held, these are asked for before it is saved. */
export function ManifestChange({ of }: { of: ApiService }) {
  const admin = useMay('admin');
  const amend = useAmendment(of.slug);
  const [asking, setAsking] = useState<Manifest | null>(null);
  const save = (manifest: Manifest): void => {
    const { missing, left } = secretsOf(of, manifest);
    if (missing.length + left.length > 0) setAsking(manifest);
    else amend.mutate({ manifest });
  };
  return (
    <Card title="Manifest">
      <div className="stack">
        {of.catalogue && <Note>It came from the catalogue. What you change here is yours from then on.</Note>}
        <Suspense fallback={<Loading lines={10} />}>
          <ManifestEditor
            start={of.manifest}
            readOnly={!admin}
            verb="Save the manifest"
            busy={amend.isPending}
            onDone={save}
          />
        </Suspense>
        <Trouble error={amend.error} />
      </div>
      {asking && <OtherSecrets of={of} manifest={asking} onClose={() => setAsking(null)} />}
    </Card>
  );
}

/** What a manifest asks for and nobody has given yet, and what it asks for no longer. */
function secretsOf({ secrets }: ApiService, manifest: Manifest): { missing: string[]; left: string[] } {
  const [held, declared] = [Object.keys(secrets), Object.keys(declaredIn(manifest))];
  return {
    missing: declared.filter((name) => !held.includes(name)),
    left: held.filter((name) => !declared.includes(name)),
  };
}

interface OtherSecretsProps {
  of: ApiService;
  manifest: Manifest;
  onClose: () => void;
}

function OtherSecrets({ of, manifest, onClose }: OtherSecretsProps) {
  const { missing, left } = secretsOf(of, manifest);
  const declared = declaredIn(manifest);
  return (
    <SecretsWindow
      slug={of.slug}
      title="Secrets of this manifest"
      verb="Save the manifest"
      of={Object.fromEntries(missing.map((name) => [name, declared[name]!]))}
      besides={{ manifest }}
      onClose={onClose}
    >
      {left.length > 0 && (
        <Note tone="warn">
          <strong>It asks for {left.join(' and ')} no longer.</strong>
          <p>What is held of it is erased as soon as this is saved.</p>
        </Note>
      )}
    </SecretsWindow>
  );
}
