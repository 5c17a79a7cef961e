import { IconAlertTriangleFilled, IconCircleCheckFilled, IconCircleDot } from '@tabler/icons-react';
import type { Schema } from '../../client/credentials';
import { Empty } from '../../parts/empty';
import { Loading } from '../../parts/loading';
import { Note } from '../../parts/note';
import { Trouble } from '../../parts/problem-note';
import { When } from '../../parts/when';
import { useTimeline } from '../queries';

type Entry = Schema['TimelineEntryView'];
type Step = Schema['TraceStepView'];

/** Each consent and each refresh, as steps that open; the hint stands on top. */
export function ConnectionTimeline({ id }: { id: string }) {
  const timeline = useTimeline(id);
  if (timeline.isPending) return <Loading />;
  if (timeline.isError) return <Trouble error={timeline.error} />;
  const { items } = timeline.data;
  if (items.length === 0)
    return <Empty title="Nothing has happened yet">The first consent will stand here, step by step.</Empty>;
  return (
    <ol className="timeline">
      {items.map((entry) => (
        <TimelineItem key={`${entry.at} ${entry.event}`} entry={entry} />
      ))}
    </ol>
  );
}

const GOOD = /^(authorized|rotated|tested|test_passed|superseded_revoked|created)$/;
const BAD = /(fail|refus|required|fault|lapsed|mismatch|indeterminate|denied)/;

function TimelineItem({ entry }: { entry: Entry }) {
  const { at, event, version, actor, detail, hint, steps } = entry;
  return (
    <li>
      <span className="timeline-mark">
        <Mark event={event} />
      </span>
      <div className="timeline-head">
        <b className="capital">{event.replaceAll('_', ' ')}</b>
        <span className="soft small">
          version {version} · {actor.replace(/:.*/, '').replaceAll('_', ' ')} · <When at={at} />
        </span>
      </div>
      {hint && (
        <Note tone="warn">
          <strong>{hint}</strong>
        </Note>
      )}
      <p className="break">{detail}</p>
      {steps.map((step, index) => (
        <StepDetails key={index} step={step} />
      ))}
    </li>
  );
}

function Mark({ event }: { event: string }) {
  if (BAD.test(event)) return <IconAlertTriangleFilled size={14} className="tone-bad" aria-label="went wrong" />;
  if (GOOD.test(event)) return <IconCircleCheckFilled size={14} className="tone-good" aria-label="went well" />;
  return <IconCircleDot size={14} className="tone-idle" aria-hidden />;
}

/** Steps that the user's browser takes: we see none of their answers. */
const BROWSER = new Set<string>(['authorize', 'callback']);

/** The request and what came back; every secret was masked before it was kept. */
function StepDetails({ step }: { step: Step }) {
  const { step: name, method, url, status, durationMs, ...more } = step;
  const came = BROWSER.has(name) ? 'browser' : (status ?? 'no answer');
  const ok = BROWSER.has(name) || (status !== null && status < 400);
  return (
    <details className="step">
      <summary>
        <span className={`mono ${ok ? 'tone-good' : 'tone-bad'}`}>{came}</span>
        <span>{name.replaceAll('_', ' ')}</span>
        <span className="soft small clip">{new URL(url).host}</span>
        {!BROWSER.has(name) && <span className="soft small nowrap">{durationMs} ms</span>}
      </summary>
      <div>
        <pre className="code wrap">
          {method} {url}
        </pre>
        {Object.entries(more).map(([part, value]) => (
          <Part key={part} name={part} value={value} />
        ))}
      </div>
    </details>
  );
}

/** Whatever else the server tells of a step: headers, bodies, masked. */
function Part({ name, value }: { name: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <div className="stack-tight">
      <span className="soft small">{name}</span>
      <pre className="code wrap">{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>
    </div>
  );
}
