import { Button, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { accessTokens } from '../../client/access-tokens';
import { told } from '../../client/problem';
import { useMay } from '../../frame/session';
import { Empty } from '../../parts/empty';
import { FormModal } from '../../parts/form-modal';
import { endOf, Lifetime, USUAL_DAYS } from '../../parts/lifetime';
import { Loading } from '../../parts/loading';
import { ShownOnce } from '../../parts/once';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { type Column, Table } from '../../parts/table';
import { When } from '../../parts/when';
import { type Consumer, type Entitlement, useConsumers } from '../queries';
import { Rules, ruleText } from './rules';

const COLUMNS: Column<Consumer>[] = [
  {
    name: 'Name',
    cell: ({ id, name }) => (
      <Link className="row-link break" to={`/consumers/${id}`}>
        {name}
      </Link>
    ),
  },
  { name: 'May use', cell: ({ entitlements }) => <MayUse rules={entitlements} /> },
  { name: 'Made', cell: ({ createdAt }) => <When at={createdAt} /> },
];

function MayUse({ rules }: { rules: Entitlement[] }) {
  if (rules.length === 0) return <span className="soft">nothing</span>;
  return (
    <span className="break">
      {rules.slice(0, 3).map(ruleText).join('; ')}
      {rules.length > 3 && ` and ${rules.length - 3} more`}
    </span>
  );
}

export function Consumers() {
  const admin = useMay('admin');
  const consumers = useConsumers();
  const [making, setMaking] = useState(false);
  const [key, setKey] = useState<string | null>(null);
  const add = admin && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      New consumer
    </Button>
  );
  return (
    <Page title="Consumers" about="Programs that read tokens, and what each may use." actions={add}>
      <Trouble error={consumers.error} />
      <Card flush>
        {consumers.isPending && <Loading />}
        {consumers.data && consumers.data.items.length > 0 && (
          <Table label="Consumers" columns={COLUMNS} rows={consumers.data.items} id={({ id }) => id} />
        )}
        {consumers.data?.items.length === 0 && (
          <Empty title="No consumer yet" action={add}>
            Make one for each program, say which tokens it may use, and give it the key that appears.
          </Empty>
        )}
      </Card>
      {making && <NewConsumer onClose={() => setMaking(false)} onMade={setKey} />}
      <ShownOnce title="The consumer’s key" secret={key} onClose={() => setKey(null)} />
    </Page>
  );
}

function NewConsumer({ onClose, onMade }: { onClose: () => void; onMade: (key: string) => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [rules, setRules] = useState<Entitlement[]>([{ apiService: '', user: null }]);
  const [days, setDays] = useState(USUAL_DAYS);
  const make = useMutation({
    mutationFn: () => {
      const body = { name, entitlements: rules.map(ruleBody), expiresAt: endOf(days) };
      return told(accessTokens.POST('/v1/consumers', { body }));
    },
    onSuccess: ({ key }) => {
      onClose();
      onMade(key);
      return queries.invalidateQueries({ queryKey: ['consumers'] });
    },
  });
  return (
    <FormModal onClose={onClose} title="New consumer" size="lg" verb="Make it, and its key" making={make}>
      <TextInput
        label="Name"
        placeholder="invoice sync"
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Rules rules={rules} onChange={setRules} />
      <Lifetime label="Its key lives for" days={days} onChange={setDays} />
    </FormModal>
  );
}

export const ruleBody = ({ apiService, user }: Entitlement) => ({ apiService, ...(user && { user }) });
