import { Button } from '@mantine/core';
import { CopyLine } from './copy';
import { Note } from './note';
import { Window } from './window';

/** A key that is seen this once. */
export function ShownOnce({ title, secret, onClose }: { title: string; secret: string | null; onClose: () => void }) {
  return (
    <Window
      opened={secret !== null}
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <div className="stack">
        <Note tone="warn">Copy it now. Only its hash is kept, and nobody can show it again.</Note>
        <CopyLine label="The key" text={secret ?? ''} focused />
        <div className="row-end">
          <Button onClick={onClose}>I have it</Button>
        </div>
      </div>
    </Window>
  );
}
