import type { Schema } from '../../client/credentials';
import { Note } from '../../parts/note';

/** What is allowed, and may not be meant. */
export function Warnings({ of }: { of: readonly Schema['WarningView'][] }) {
  if (of.length === 0) return null;
  return (
    <Note tone="warn">
      <strong>Worth a second look</strong>
      <ul className="warnings">
        {of.map(({ pointer, problem }) => (
          <li key={pointer + problem}>
            <code>{pointer}</code> {problem}
          </li>
        ))}
      </ul>
    </Note>
  );
}
