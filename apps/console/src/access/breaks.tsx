import { Button, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { clientOf } from '../client/client';
import type { components, paths } from '../client/generated/credentials';
import { told } from '../client/problem';
import { useMay } from '../frame/session';
import { FormModal } from '../parts/form-modal';
import { Note } from '../parts/note';
import { Trouble } from '../parts/problem-note';
import { When } from '../parts/when';
import { useNames } from './who';

const doors = clientOf<Pick<paths, '/v1/audit/breaks' | '/v1/audit/breaks/{mark}/acknowledgement'>>();
type Break = components['schemas']['AuditBreakView'];

/** The workspace looks every five seconds. */
const LOOK_MS = 5_000;

/** Where the log is not what was written, found by the workspace itself; nothing while it is whole. */
export function Breaks() {
  const breaks = useQuery({
    queryKey: ['audit', 'breaks'],
    queryFn: () => told(doors.GET('/v1/audit/breaks')),
    refetchInterval: LOOK_MS,
  });
  const [examined, setExamined] = useState<Break | null>(null);
  if (!breaks.data) return <Trouble error={breaks.error} />;
  const { items } = breaks.data;
  if (items.length === 0) return null;
  const isOpen = items.some(({ acknowledged }) => acknowledged === null);
  return (
    <Note tone={isOpen ? 'warn' : 'info'}>
      <strong>This log is not what was written.</strong> Somebody changed it who could go round its triggers, or the
      database went back to an older state. Export it, and compare it with an earlier export or a backup.
      <ul>
        {items.map((one) => (
          <Place key={one.mark} of={one} onExamined={setExamined} />
        ))}
      </ul>
      {examined && <Acknowledging of={examined} onClose={() => setExamined(null)} />}
    </Note>
  );
}

function Place({ of, onExamined }: { of: Break; onExamined: (of: Break) => void }) {
  const admin = useMay('admin');
  const name = useNames();
  const { detail, since, acknowledged } = of;
  return (
    <li>
      {detail}{' '}
      <span className="soft small">
        Found <When at={since} />.
      </span>{' '}
      {acknowledged ? (
        <span className="small">
          Acknowledged by {name(acknowledged.by)} <When at={acknowledged.at} />: {acknowledged.reason}
        </span>
      ) : (
        admin && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Acknowledge: ${detail}`}
            onClick={() => onExamined(of)}
          >
            Acknowledge
          </Button>
        )
      )}
    </li>
  );
}

function Acknowledging({ of: { mark, detail }, onClose }: { of: Break; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const acknowledge = useMutation({
    mutationFn: () =>
      told(
        doors.POST('/v1/audit/breaks/{mark}/acknowledgement', {
          params: { path: { mark } },
          body: { reason: reason.trim() },
        }),
      ),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ['audit'] });
    },
  });
  return (
    <FormModal title="Acknowledge a broken place" verb="Acknowledge it" making={acknowledge} onClose={onClose}>
      <p>
        {detail} It stays in the log and in every export as it is, with your word beside it, and alarms nobody any more.
        Another change, there or elsewhere, alarms anew.
      </p>
      <Textarea
        label="What was found out"
        description="Whoever verifies the log reads it. One line."
        required
        data-autofocus
        maxLength={1000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value.replace(/\s*\n\s*/g, ' '))}
      />
    </FormModal>
  );
}
