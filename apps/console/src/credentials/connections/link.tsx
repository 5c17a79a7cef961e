import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheckFilled, IconClockPlus, IconExternalLink } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';
import { CopyLine } from '../../parts/copy';
import { Loading } from '../../parts/loading';
import { Note } from '../../parts/note';
import { Trouble as Refusal } from '../../parts/problem-note';
import { useNow } from '../../parts/when';
import { Window } from '../../parts/window';
import { type Connection, useConnection, useTimeline } from '../queries';
import { AsNotice } from './as-notice';

const RADIUS = 58;
const ROUND = 2 * Math.PI * RADIUS;
const WATCH_MS = 1000;
const SHORT_SECONDS = 10;
const DAYS_SECONDS = 3 * 86_400;
/** A link that lives longer isn't waited for. */
const LONG_SECONDS = 120;

interface Link {
  url: string;
  expiresAt: string;
  madeAt: number;
}

/** The authorization link: there at once, gone in 30 seconds, and done by itself when its user has consented. */
export function AuthorizationLink({ of, onClose }: { of: Connection; onClose: () => void }) {
  const [versionBefore] = useState(of.version);
  const { data: current = of } = useConnection(of.id, WATCH_MS);
  const make = useLink(of.id);
  const done = current.version > versionBefore && current.status === 'active';
  return (
    <Window opened onClose={onClose} title={`Link for ${of.user}`} size="lg">
      {done ? (
        <Done connection={current} onClose={onClose} />
      ) : make.isError ? (
        <Refusal error={make.error} />
      ) : make.data ? (
        <Running
          key={make.data.url}
          link={make.data}
          connection={of}
          onAgain={() => make.mutate(undefined)}
          onLong={() => make.mutate(DAYS_SECONDS)}
        />
      ) : (
        <Loading lines={3} />
      )}
    </Window>
  );
}

function useLink(id: string) {
  const make = useMutation({
    mutationFn: async (ttlSeconds: number | undefined): Promise<Link> => {
      const body = ttlSeconds === undefined ? {} : { ttlSeconds };
      const link = await told(
        credentials.POST('/v1/connections/{id}/authorization-links', { params: { path: { id } }, body }),
      );
      return { ...link, madeAt: Date.now() };
    },
  });
  const { mutate } = make;
  const begun = useRef(false);
  useEffect(() => {
    if (!begun.current) mutate(undefined);
    begun.current = true;
  }, [mutate]);
  return make;
}

interface RunningProps {
  link: Link;
  connection: Connection;
  onAgain: () => void;
  onLong: () => void;
}

function Running({ link, connection, onAgain, onLong }: RunningProps) {
  const now = useNow();
  const whole = Math.round((Date.parse(link.expiresAt) - link.madeAt) / 1000);
  const left = Math.min(whole, Math.max(0, Math.ceil((Date.parse(link.expiresAt) - now) / 1000)));
  const trouble = useNewTrouble(connection);
  if (trouble) return <WentWrong of={trouble} onAgain={onAgain} />;
  if (left === 0) return <Dead whole={whole} {...{ connection, onAgain, onLong }} />;
  return (
    <div className="link-stage">
      <Ring left={left} whole={whole} />
      <div className="stack">
        <p>
          Whoever opens this link consents as <strong>{connection.user}</strong> at {connection.apiService}. It works
          once.
        </p>
        <CopyLine label="Authorization link" text={link.url} focused />
        <div className="row">
          <Button
            component="a"
            href={link.url}
            target="_blank"
            rel="noreferrer"
            leftSection={<IconExternalLink size={16} />}
          >
            Open it here
          </Button>
          <Button variant="default" leftSection={<IconClockPlus size={16} />} onClick={onLong}>
            One that lives 3 days
          </Button>
          <AsNotice of={connection} />
        </div>
        <p className="soft small" role="status">
          Waiting for the consent…
        </p>
      </div>
    </div>
  );
}

function Ring({ left, whole }: { left: number; whole: number }) {
  const long = whole > LONG_SECONDS;
  return (
    <div className="ring" role="timer" aria-label={long ? 'lives for days' : `${left} seconds left`}>
      <svg width="132" height="132" viewBox="0 0 132 132" aria-hidden="true">
        <circle className="rail" cx="66" cy="66" r={RADIUS} fill="none" strokeWidth="7" />
        <circle
          className={left <= SHORT_SECONDS ? 'run short' : 'run'}
          cx="66"
          cy="66"
          r={RADIUS}
          fill="none"
          strokeWidth="7"
          strokeLinecap="round"
          strokeDasharray={ROUND}
          strokeDashoffset={ROUND * (1 - Math.min(1, left / whole))}
        />
      </svg>
      <div>
        <span>
          {long ? Math.ceil(left / 86_400) : left}
          <small>{long ? 'days' : 'seconds'}</small>
        </span>
      </div>
    </div>
  );
}

type Trouble = Pick<Schema['TimelineEntryView'], 'at' | 'detail' | 'hint'>;

/** What went wrong since this link is shown: by the server's clock, so compared with what it told of first. */
function useNewTrouble({ id }: Connection): Trouble | undefined {
  const items = useTimeline(id, WATCH_MS).data?.items;
  const [known, setKnown] = useState<string | null>(null);
  const newest = items?.[0]?.at ?? (items && '');
  if (known === null && newest !== undefined) setKnown(newest);
  return items?.find(({ at, hint }) => hint && known !== null && at > known);
}

const WentWrong = ({ of: { detail, hint }, onAgain }: { of: Trouble; onAgain: () => void }) => (
  <div className="stack">
    <div className="note note-bad" role="alert">
      <IconAlertTriangle size={18} aria-hidden="true" />
      <div>
        <strong>{detail}</strong>
        <p>{hint}</p>
      </div>
    </div>
    <div className="row">
      <Button onClick={onAgain}>A new link</Button>
    </div>
  </div>
);

type DeadProps = Omit<RunningProps, 'link'> & { whole: number };

/** It ran out; a consent that began in time still ends well, or tells what went wrong. */
function Dead({ whole, connection, onAgain, onLong }: DeadProps) {
  return (
    <div className="stack">
      <Note tone="warn">
        <strong>This link is dead.</strong>
        <p>
          It lived for {whole > LONG_SECONDS ? 'three days' : `${whole} seconds`}, so that nobody finds it later. If its
          user is at the provider already, this page still waits.
        </p>
      </Note>
      <div className="row">
        <Button onClick={onAgain}>A new link</Button>
        <Button variant="default" onClick={onLong}>
          One that lives 3 days
        </Button>
        <AsNotice of={connection} />
      </div>
    </div>
  );
}

function Done({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  return (
    <div className="empty" role="status">
      <span className="tone-good">
        <IconCircleCheckFilled size={56} aria-hidden />
      </span>
      <h2>Connected</h2>
      <p>
        {connection.user} consented at {connection.apiService}. Version {connection.version} of the token is on its way
        to access-tokens.
      </p>
      <div className="actions">
        <Button onClick={onClose}>Done</Button>
      </div>
    </div>
  );
}
