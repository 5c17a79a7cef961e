import { IconAlertCircle } from '@tabler/icons-react';
import type { ProblemDocument } from '../client/problem';
import { problemOf } from '../client/problem';

/** An error as people need it: what is wrong, where, and what to do. */
export function ProblemNote({ problem }: { problem: ProblemDocument }) {
  const { title, detail, hint, requestId, errors } = problem;
  return (
    <div className="note note-bad" role="alert">
      <IconAlertCircle size={18} aria-hidden="true" />
      <div>
        <strong>{title}</strong>
        {errors ? (
          <ul>
            {errors.map((error) => (
              <li key={`${error.pointer} ${error.message}`}>
                <code>{error.pointer || '/'}</code> {error.message}
              </li>
            ))}
          </ul>
        ) : (
          <p>{detail}</p>
        )}
        {hint && <p>{hint}</p>}
        {requestId && <p className="soft small mono">{requestId}</p>}
      </div>
    </div>
  );
}

/** Of whatever a query or an action ended with; nothing if it did not fail. */
export const Trouble = ({ error }: { error: unknown }) => (error ? <ProblemNote problem={problemOf(error)} /> : null);
