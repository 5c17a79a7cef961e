import { EVENT_TYPES } from '@lockkeeper/contracts';
import { Button, Select, TextInput } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useAddress } from '../../frame/address';
import { Empty } from '../../parts/empty';
import { Card, Page } from '../../parts/page';
import { lookOf } from '../../parts/state';
import { When } from '../../parts/when';
import { type HeardEvent, useEvents } from './listening';

/** What happens, as it happens; what was missed while it was paused comes when it goes on. */
export function Events() {
  const [address, set] = useAddress();
  const [paused, setPaused] = useState(false);
  const filter = { apiService: address.get('apiService') ?? '', type: address.get('type') ?? '' };
  const { events, state } = useEvents(filter, paused);
  return (
    <Page
      title="Events"
      aside={<span className={state === 'listening' ? 'live' : 'live off'}>{paused ? 'paused' : state}</span>}
      about="What happens to connections, as it happens. No event carries a token."
      actions={
        <Button
          variant="default"
          leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          onClick={() => setPaused(!paused)}
        >
          {paused ? 'Go on' : 'Pause'}
        </Button>
      }
    >
      <Card flush>
        <div className="filters">
          <TextInput
            className="grow"
            label="API service"
            placeholder="All, or one’s slug"
            value={filter.apiService}
            onChange={(event) => set('apiService', event.currentTarget.value.trim())}
          />
          <Select
            label="Type"
            placeholder="All"
            clearable
            data={[...EVENT_TYPES]}
            value={filter.type || null}
            onChange={(value) => set('type', value)}
          />
        </div>
        {events.length === 0 && (
          <Empty title="Nothing has happened yet">
            Consent to something, or refresh a token, in the credentials workspace: it stands here at once.
          </Empty>
        )}
        <ol className="timeline card-body" aria-label="Events" aria-live="polite">
          {events.map((event) => (
            <EventItem key={event.id} event={event} />
          ))}
        </ol>
      </Card>
    </Page>
  );
}

function EventItem({ event }: { event: HeardEvent }) {
  const { tone, icon: Icon } = lookOf(event.data.status);
  return (
    <li>
      <span className={`timeline-mark tone-${tone}`}>
        <Icon size={14} aria-hidden />
      </span>
      <details className="step flush">
        <summary>
          <strong>{event.type}</strong>
          <span className="clip">
            {event.data.user === null ? event.data.apiService : `${event.data.user} at ${event.data.apiService}`}
          </span>
          <span className="soft small nowrap">
            {event.data.version !== null && `version ${event.data.version} · `}
            <When at={event.time} />
          </span>
        </summary>
        <div>
          <pre className="code wrap">{JSON.stringify(event, null, 2)}</pre>
        </div>
      </details>
    </li>
  );
}
