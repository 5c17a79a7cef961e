import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { useMay } from '../../frame/session';
import { Loading } from '../../parts/loading';
import { Note } from '../../parts/note';
import { Card, Facts, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { When } from '../../parts/when';
import { type Connection, useConnection } from '../queries';
import { ConnectionActions } from './actions';
import { AuthorizationLink } from './link';
import { ConnectionTimeline } from './timeline';

export function ConnectionPage() {
  const { id } = useParams();
  const connection = useConnection(id!);
  const [address, setAddress] = useSearchParams();
  const operator = useMay('admin', 'operator');
  const [linked, setLinked] = useState(address.has('link'));
  const close = (): void => {
    setLinked(false);
    setAddress({}, { replace: true });
  };
  if (connection.isPending) return <Loading />;
  if (!connection.data) return <Trouble error={connection.error} />;
  const of = connection.data;
  return (
    <Page
      title={of.user}
      under={{ to: '/connections', label: 'Connections' }}
      aside={<State of={of.status} />}
      about={
        <>
          at <Link to={`/api-services/${of.apiService}`}>{of.apiService}</Link>
        </>
      }
      actions={<ConnectionActions of={of} onLink={() => setLinked(true)} />}
    >
      <Standing of={of} onLink={operator ? () => setLinked(true) : null} />
      <div className="wide-narrow">
        <Card title="Timeline">
          <ConnectionTimeline id={of.id} />
        </Card>
        <Card title="Connection">
          <ConnectionFacts of={of} />
        </Card>
      </div>
      {linked && operator && <AuthorizationLink of={of} onClose={close} />}
    </Page>
  );
}

/** What stands between this connection and a token, if anything does. */
function Standing({ of, onLink }: { of: Connection; onLink: (() => void) | null }) {
  if (of.fault) {
    return (
      <div className="note note-bad" role="alert">
        <IconAlertTriangle size={18} aria-hidden="true" />
        <div>
          <strong>{of.fault.detail}</strong>
          {of.fault.hint && <p>{of.fault.hint}</p>}
          <p className="soft small">
            Fault of: {of.fault.owner} · <code>{of.fault.code}</code> · <When at={of.fault.at} />
          </p>
        </div>
      </div>
    );
  }
  if (of.status !== 'pending') return null;
  return (
    <Note>
      <strong>Nobody has consented yet.</strong>
      <p>
        {onLink ? 'Give' : 'An operator gives'} {of.user} a link; the token follows by itself.
      </p>
      {onLink && (
        <Button mt={8} size="compact-sm" onClick={onLink}>
          Make a link
        </Button>
      )}
    </Note>
  );
}

function ConnectionFacts({ of }: { of: Connection }) {
  const params = Object.entries(of.params).map(([name, value]) => `${name}: ${value}`);
  return (
    <Facts
      of={[
        ['Version', of.version],
        ['Token expires', <When key="e" at={of.expiresAt} none="unknown" />],
        ['Next refresh', of.refreshable ? <When key="r" at={of.refreshAt} none="not planned" /> : 'can’t be refreshed'],
        ['Dies', <When key="d" at={of.diesAt} none="not foreseeable" />],
        ...(of.diesBecause ? [['Because', of.diesBecause] as [string, string]] : []),
        ['Scopes asked', of.requestedScopes.join(' ') || 'none named'],
        ['Scopes granted', of.scope ?? 'never told'],
        ['Consented', <When key="a" at={of.authorizedAt} none="not yet" />],
        ...(params.length > 0 ? [['Fields', params.join(', ')] as [string, string]] : []),
        ['Id', <code key="i">{of.id}</code>],
      ]}
    />
  );
}
