import { Button, Select } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { accessTokens, type Schema } from '../../client/access-tokens';
import { told } from '../../client/problem';
import { useAddress } from '../../frame/address';
import { useMay } from '../../frame/session';
import { Empty } from '../../parts/empty';
import { More } from '../../parts/more';
import { Trouble } from '../../parts/problem-note';
import { State } from '../../parts/state';
import { When } from '../../parts/when';

type Delivery = Schema['DeliveryView'];
const STATUSES: Delivery['status'][] = ['pending', 'delivered', 'given_up', 'withheld'];
const PAGE = 20;
const LIVE_MS = 3000;

/** Each event on its way to a webhook, with every attempt; what failed can be sent again. */
export function Deliveries({ webhook }: { webhook: string }) {
  const [address, set] = useAddress<'deliveries'>();
  const status = STATUSES.find((known) => known === address.get('deliveries')) ?? null;
  const deliveries = useInfiniteQuery({
    queryKey: ['webhooks', webhook, 'deliveries', status],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: before }) => {
      const query = { limit: PAGE, ...(status && { status }), ...(before && { before }) };
      return told(accessTokens.GET('/v1/webhooks/{id}/deliveries', { params: { path: { id: webhook }, query } }));
    },
    getNextPageParam: ({ items }) => (items.length < PAGE ? undefined : items.at(-1)!.id),
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 1) > 1 ? false : LIVE_MS),
  });
  const rows = deliveries.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className="stack" aria-label="Deliveries">
      <div className="row-between">
        <h2>Deliveries</h2>
        <Select
          size="xs"
          aria-label="Which deliveries"
          placeholder="All"
          clearable
          data={STATUSES}
          value={status}
          onChange={(value) => set('deliveries', value)}
        />
      </div>
      <Trouble error={deliveries.error} />
      {rows.map((delivery) => (
        <DeliveryDetails key={delivery.id} webhook={webhook} of={delivery} />
      ))}
      {deliveries.isSuccess && rows.length === 0 && (
        <Empty title="Nothing here yet">The next event that fits stands here, with each attempt to deliver it.</Empty>
      )}
      {deliveries.hasNextPage && (
        <div>
          <More of={deliveries} label="Older deliveries" />
        </div>
      )}
    </section>
  );
}

function DeliveryDetails({ webhook, of }: { webhook: string; of: Delivery }) {
  return (
    <details className="step flush">
      <summary>
        <State of={of.status} />
        <span className="clip mono">{of.type}</span>
        <span className="soft small nowrap">
          <When at={of.createdAt} />
        </span>
      </summary>
      <div>
        <ol className="plain stack-tight small">
          {of.log.map(({ at, status, problem, durationMs }) => (
            <li key={at} className="break">
              <span className={`mono ${status !== null && status < 300 ? 'tone-good' : 'tone-bad'}`}>
                {status ?? 'no answer'}
              </span>{' '}
              after {durationMs} ms, <When at={at} />
              {problem && `: ${problem}`}
            </li>
          ))}
          {of.log.length === 0 && <li className="soft">Not tried yet.</li>}
        </ol>
        {of.nextAttemptAt && of.log.length > 0 && (
          <p className="small">
            Tried again <When at={of.nextAttemptAt} />.
          </p>
        )}
        <p className="soft small break">
          webhook-id <code>{of.messageId}</code>
        </p>
        <Redelivery webhook={webhook} of={of} />
      </div>
    </details>
  );
}

function Redelivery({ webhook, of }: { webhook: string; of: Delivery }) {
  const admin = useMay('admin');
  const queries = useQueryClient();
  const again = useMutation({
    mutationFn: () =>
      told(
        accessTokens.POST('/v1/webhooks/{id}/deliveries/{deliveryId}/redeliver', {
          params: { path: { id: webhook, deliveryId: of.id } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks', webhook] }),
  });
  if (!admin) return null;
  return (
    <>
      <Trouble error={again.error} />
      <div>
        <Button size="compact-sm" variant="default" loading={again.isPending} onClick={() => again.mutate()}>
          {of.status === 'pending' ? 'Try it now' : 'Redeliver'}
        </Button>
      </div>
    </>
  );
}
