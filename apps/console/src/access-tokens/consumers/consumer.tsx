import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { accessTokens } from '../../client/access-tokens';
import { told } from '../../client/problem';
import { useMay } from '../../frame/session';
import { Confirm } from '../../parts/confirm';
import { Loading } from '../../parts/loading';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { When } from '../../parts/when';
import { type Consumer, useConsumer } from '../queries';
import { WebhookList } from '../webhooks/webhooks';
import { ConsumerKeys } from './consumer-keys';
import { ruleBody } from './consumers';
import { NatsCredentials } from './nats-credentials';
import { Rules, ruleText } from './rules';

export function ConsumerPage() {
  const { id } = useParams();
  const consumer = useConsumer(id!);
  const admin = useMay('admin');
  if (consumer.isPending) return <Loading />;
  if (!consumer.data) return <Trouble error={consumer.error} />;
  const of = consumer.data;
  return (
    <Page
      title={of.name}
      under={{ to: '/consumers', label: 'Consumers' }}
      about={
        <>
          Made <When at={of.createdAt} />
        </>
      }
      actions={admin && <Removal of={of} />}
    >
      <div className="two">
        <Card title="Entitlements">{admin ? <Entitlements of={of} /> : <RuleList of={of} />}</Card>
        <div className="stack">
          <ConsumerKeys of={of} />
          {admin && <NatsCredentials of={of} />}
        </div>
      </div>
      <WebhookList consumer={of.id} />
    </Page>
  );
}

function RuleList({ of: { entitlements } }: { of: Consumer }) {
  if (entitlements.length === 0) return <p className="soft">It may use nothing.</p>;
  return (
    <ul className="plain">
      {entitlements.map((rule) => (
        <li key={ruleText(rule)}>{ruleText(rule)}</li>
      ))}
    </ul>
  );
}

function Entitlements({ of }: { of: Consumer }) {
  const [rules, setRules] = useState(of.entitlements);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      told(
        accessTokens.PATCH('/v1/consumers/{id}', {
          params: { path: { id: of.id } },
          body: { entitlements: rules.map(ruleBody) },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['consumers'] });
      notifications.show({ title: 'Saved', message: 'It counts from the next request on.' });
    },
  });
  return (
    <div className="stack">
      <Rules rules={rules} onChange={setRules} />
      <Trouble error={save.error} />
      <div className="row-end">
        <Button loading={save.isPending} onClick={() => save.mutate()}>
          Save the rules
        </Button>
      </div>
    </div>
  );
}

function Removal({ of }: { of: Consumer }) {
  const [asked, setAsked] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => told(accessTokens.DELETE('/v1/consumers/{id}', { params: { path: { id: of.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['consumers'] });
      await navigate('/consumers');
    },
  });
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        Remove…
      </Button>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title="Remove this consumer"
        name={of.name}
        verb="Remove it"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        <p>Its keys end at once, and so does what it hears over NATS and by webhooks. Programs that use them stop.</p>
      </Confirm>
    </>
  );
}
