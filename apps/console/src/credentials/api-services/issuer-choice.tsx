import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';
import { Note } from '../../parts/note';
import { Card, Facts } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { Warnings } from './warnings';

export type Discovered = Schema['DiscoveredView'];

export interface IssuerSource {
  issuer: string;
  /** Hosts besides the issuer's that an admin says are the provider's. */
  acceptedHosts: string[];
  /** What no metadata tells. */
  testUrl?: string;
  apiBaseUrls?: string[];
  discovered: Discovered;
}

/** A provider that says of itself where its doors are: looked at here before anything is registered. */
export function IssuerChoice({ onIssuer }: { onIssuer: (source: IssuerSource) => void }) {
  const [issuer, setIssuer] = useState('');
  const discover = useMutation({
    mutationFn: () => told(credentials.POST('/v1/api-services/discover', { body: { issuer } })),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    discover.mutate();
  };
  return (
    <div className="stack">
      <Card title="The issuer">
        <form className="stack" onSubmit={submit}>
          <TextInput
            label="Issuer"
            description="Exactly as the provider documents it: every character counts, the slash at the end too."
            placeholder="https://login.example.com/tenant"
            type="url"
            required
            value={issuer}
            onChange={(event) => {
              setIssuer(event.currentTarget.value.trim());
              discover.reset();
            }}
          />
          <Trouble error={discover.error} />
          <div className="row-end">
            <Button type="submit" variant={discover.data ? 'default' : 'filled'} loading={discover.isPending}>
              Look what it says
            </Button>
          </div>
        </form>
      </Card>
      {discover.data && <Findings of={discover.data} onIssuer={onIssuer} />}
    </div>
  );
}

function Findings({ of, onIssuer }: { of: Discovered; onIssuer: (source: IssuerSource) => void }) {
  const [accepted, setAccepted] = useState(false);
  const [given, setGiven] = useState({ apiBaseUrl: '', testUrl: '' });
  const hosts = [...new Set(of.endpointsElsewhere.map(({ host }) => host))];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onIssuer({
      issuer: of.issuer,
      acceptedHosts: hosts,
      ...(given.testUrl && { testUrl: given.testUrl }),
      ...(given.apiBaseUrl && { apiBaseUrls: [given.apiBaseUrl] }),
      discovered: of,
    });
  };
  const field = (name: keyof typeof given) => ({
    placeholder: 'https://',
    type: 'url',
    value: given[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setGiven({ ...given, [name]: event.currentTarget.value }),
  });
  return (
    <Card title="What it says of itself">
      <form className="stack" onSubmit={submit}>
        <Endpoints of={of} />
        <Warnings of={of.warnings} />
        <TextInput
          label="API base URL"
          description="Where the token may travel, and nowhere else. No issuer tells it."
          {...field('apiBaseUrl')}
        />
        <TextInput label="Test URL" description="A GET that answers 200 to a good token." {...field('testUrl')} />
        {hosts.length > 0 && (
          <Note tone="warn">
            <strong>Some of its doors are on other hosts than its own.</strong>
            <p>Secrets, codes and tokens would go there. A forged answer would name a host like this, too.</p>
            <Checkbox
              mt={8}
              label={`I know that ${hosts.join(' and ')} ${hosts.length > 1 ? 'are' : 'is'} the provider’s`}
              checked={accepted}
              onChange={(event) => setAccepted(event.currentTarget.checked)}
            />
          </Note>
        )}
        <div className="row-end">
          <Button type="submit" disabled={hosts.length > 0 && !accepted}>
            Go on
          </Button>
        </div>
      </form>
    </Card>
  );
}

const Endpoints = ({ of: { foundAt, endpoints, clientAuthentications, scopesSupported } }: { of: Discovered }) => (
  <Facts
    of={[
      ['Found at', <Address key="f" of={foundAt} />],
      ...Object.entries(endpoints).map(([name, url]): [string, React.ReactNode] => [
        name.replace(/_endpoint$/, '').replaceAll('_', ' '),
        <Address key={name} of={url} />,
      ]),
      ['Client proves itself by', clientAuthentications.join(', ')],
      ['Scopes', scopesSupported.join(' ') || 'not told'],
    ]}
  />
);

const Address = ({ of }: { of: string }) => <span className="mono break">{of}</span>;
