import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { credentials } from '../../client/credentials';
import { told } from '../../client/problem';
import { CopyLine } from '../../parts/copy';
import { Note } from '../../parts/note';
import { Card } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { AuthorizationLink } from '../connections/link';
import type { ApiService, Connection } from '../queries';
import { DryRun } from './dry-run';

/** The end of the wizard: what would be sent, and a consent to see that it works. */
export function Tryout({ apiService }: { apiService: ApiService }) {
  const { slug, name, redirectUri } = apiService;
  return (
    <div className="stack">
      <Note tone="good">
        <strong>{name} is registered.</strong> Its secret is sealed; from here on only its fingerprint is shown.
      </Note>
      <Card title="The redirect URI that the provider has to know">
        <CopyLine label="Redirect URI" text={redirectUri} />
      </Card>
      <div className="two">
        <Card title="Each request, as it would be sent">
          <DryRun slug={slug} />
        </Card>
        <FirstConsent slug={slug} />
      </div>
      <div className="row-end">
        <Button variant="default" component={Link} to={`/api-services/${slug}`}>
          To {name}
        </Button>
      </div>
    </div>
  );
}

function FirstConsent({ slug }: { slug: string }) {
  const [user, setUser] = useState('');
  const [linked, setLinked] = useState<Connection | null>(null);
  const [shown, setShown] = useState(false);
  const queries = useQueryClient();
  const open = useMutation({
    mutationFn: () => told(credentials.POST('/v1/connections', { body: { apiService: slug, user } })),
    onSuccess: (connection) => {
      setLinked(connection);
      setShown(true);
      return queries.invalidateQueries({ queryKey: ['connections'] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    open.mutate();
  };
  return (
    <Card title="A first consent">
      <form className="stack" onSubmit={submit}>
        <p className="soft">
          Consent once yourself: if the provider refuses, its answer is explained in the connection’s timeline.
        </p>
        <TextInput
          label="User"
          description="Any id that you like."
          placeholder="me@example.com"
          required
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
        />
        <Trouble error={open.error} />
        <div className="row">
          <Button type="submit" loading={open.isPending}>
            Make the link
          </Button>
          {linked && <Link to={`/connections/${linked.id}`}>To the connection</Link>}
        </div>
      </form>
      {linked && shown && <AuthorizationLink of={linked} onClose={() => setShown(false)} />}
    </Card>
  );
}
