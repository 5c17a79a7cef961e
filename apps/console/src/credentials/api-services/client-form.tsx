import { Button, PasswordInput, TagsInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { credentials, type Schema } from '../../client/credentials';
import { faultOf, told } from '../../client/problem';
import { CopyLine } from '../../parts/copy';
import { Note } from '../../parts/note';
import { Card } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import type { ApiService } from '../queries';
import { declaredIn, ServiceSecrets } from './service-secrets';
import type { Source } from './source-choice';

interface ClientFormProps {
  source: Source;
  onBack: () => void;
  onMade: (apiService: ApiService) => void;
}

/** The client that the provider knows us by: its redirect URI to be registered there, its id and secret to be told here. */
export function ClientForm({ source, onBack, onMade }: ClientFormProps) {
  const start = startOf(source);
  const [slug, setSlug] = useState(start.slug);
  const [name, setName] = useState(start.name);
  const [clientId, setClientId] = useState('');
  const [clientSecret, setClientSecret] = useState('');
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [scopes, setScopes] = useState(start.scopes);
  const make = useRegistration(onMade);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate(bodyOf(source, { slug, name, clientId, clientSecret, secrets, scopes }));
  };
  const fault = (pointer: string) => faultOf(make.error, pointer);
  return (
    <div className="wide-narrow">
      <Card title={start.name || 'The client'}>
        <form className="stack" onSubmit={submit}>
          <RedirectUri slug={slug} />
          <strong>2. Tell us the client that you got there</strong>
          <TextInput
            label="Slug"
            description="Its short name, here and in programs. It is part of the redirect URI."
            required
            pattern="[a-z0-9][a-z0-9\-]*"
            value={slug}
            error={fault('/slug')}
            onChange={(event) => setSlug(event.currentTarget.value)}
          />
          <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <TextInput
            label="Client id"
            required
            autoComplete="off"
            value={clientId}
            error={fault('/clientId')}
            onChange={(event) => setClientId(event.currentTarget.value)}
          />
          <PasswordInput
            label="Client secret"
            autoComplete="off"
            description="Sealed at once, and never shown again, to anybody."
            required={start.needsSecret}
            value={clientSecret}
            error={fault('/clientSecret')}
            onChange={(event) => setClientSecret(event.currentTarget.value)}
          />
          <ServiceSecrets of={start.secrets} values={secrets} onValues={setSecrets} fault={fault} />
          <TagsInput
            label="Scopes"
            description="What connections ask for unless they say otherwise."
            value={scopes}
            onChange={setScopes}
            data={start.knownScopes}
            splitChars={[' ', ',']}
          />
          <Trouble error={make.error} />
          <Ends busy={make.isPending} onBack={onBack} />
        </form>
      </Card>
      <Guide source={source} />
    </div>
  );
}

function useRegistration(onMade: (apiService: ApiService) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema['ApiServiceInput']) => told(credentials.POST('/v1/api-services', { body })),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['api-services'] });
      onMade(made);
    },
  });
}

const Ends = ({ busy, onBack }: { busy: boolean; onBack: () => void }) => (
  <div className="row-end">
    <Button variant="default" onClick={onBack}>
      Back
    </Button>
    <Button type="submit" loading={busy}>
      Register it
    </Button>
  </div>
);

const RedirectUri = ({ slug }: { slug: string }) => (
  <div className="stack-tight">
    <strong>1. Register this redirect URI at the provider, exactly</strong>
    <CopyLine label="Redirect URI" text={`${window.location.origin}/callback/${slug || '<slug>'}`} />
  </div>
);

function Guide({ source }: { source: Source }) {
  if (source.way !== 'catalogue') {
    return (
      <Note>
        The provider’s page for developers has a place for apps or OAuth clients: make one there, of the kind “web”.
      </Note>
    );
  }
  const { guide, documentationUrl, scopes, unsure } = source.entry;
  return (
    <Card title="At the provider">
      <div className="stack">
        {guide && <p>{guide}</p>}
        {documentationUrl && (
          <a href={documentationUrl} target="_blank" rel="noreferrer">
            Its documentation
          </a>
        )}
        {scopes.length > 0 && (
          <dl className="facts">
            {scopes.slice(0, 8).map(({ scope, meaning }) => (
              <ScopeMeaning key={scope} scope={scope} meaning={meaning} />
            ))}
          </dl>
        )}
        {unsure.length > 0 && <Note tone="warn">Not certain from its documentation: {unsure.join('; ')}</Note>}
      </div>
    </Card>
  );
}

const ScopeMeaning = ({ scope, meaning }: { scope: string; meaning: string }) => (
  <>
    <dt className="mono break">{scope}</dt>
    <dd>{meaning}</dd>
  </>
);

function startOf(source: Source) {
  if (source.way === 'catalogue') {
    const { slug, name, defaultScopes, scopes, needsSecret } = source.entry;
    return {
      slug,
      name,
      scopes: defaultScopes,
      knownScopes: scopes.map(({ scope }) => scope),
      needsSecret,
      secrets: {},
    };
  }
  const nothing = { name: '', scopes: [], knownScopes: [], needsSecret: false, secrets: {} };
  if (source.way === 'manifest') return { ...nothing, slug: '', secrets: declaredIn(source.manifest) };
  if (source.way === 'fields') return { ...nothing, slug: slugOf(source.fields.authorizeUrl) };
  const { issuer, discovered } = source.issuer;
  return { ...nothing, slug: slugOf(issuer), knownScopes: discovered.scopesSupported };
}

/** `https://login.example.com/…` is probably `example`. */
function slugOf(url: string): string {
  if (!URL.canParse(url)) return '';
  const name = new URL(url).hostname.split('.').at(-2);
  return name?.replace(/[^a-z0-9-]/g, '') ?? '';
}

function pointerOf(source: Source): Partial<Schema['ApiServiceInput']> {
  if (source.way === 'catalogue') return { catalogue: source.entry.slug };
  if (source.way === 'manifest') return { manifest: source.manifest };
  if (source.way === 'fields') return source.fields;
  const { discovered: _, acceptedHosts, ...said } = source.issuer;
  return { ...said, ...(acceptedHosts.length > 0 && { acceptedHosts }) };
}

type Typed = Required<Pick<Schema['ApiServiceInput'], 'slug' | 'name' | 'clientId' | 'clientSecret' | 'scopes'>> & {
  secrets: Record<string, string>;
};

/** What was left empty is not said. */
const bodyOf = (
  source: Source,
  { slug, name, clientId, clientSecret, secrets, scopes }: Typed,
): Schema['ApiServiceInput'] => ({
  slug,
  clientId,
  ...(name && { name }),
  ...(clientSecret && { clientSecret }),
  ...(Object.keys(secrets).length > 0 && { secrets }),
  ...(scopes.length > 0 && { scopes }),
  ...pointerOf(source),
});
