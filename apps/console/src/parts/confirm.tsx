import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Trouble } from './problem-note';
import { Window } from './window';

interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What it will hit. */
  children: ReactNode;
  /** To be typed, so that the hand knows what the head wants. Without it, a click is enough. */
  name?: string;
  verb: string;
  busy: boolean;
  error: unknown;
  onConfirm: () => void;
}

/** Before something that can't be taken back. */
export function Confirm({ opened, onClose, title, children, name, verb, busy, error, onConfirm }: ConfirmProps) {
  const [typed, setTyped] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name === undefined || typed === name) onConfirm();
  };
  return (
    <Window opened={opened} onClose={onClose} title={title}>
      <form className="stack" onSubmit={submit}>
        <div className="stack-tight">{children}</div>
        {name !== undefined && (
          <TextInput
            label={
              <>
                Type <code>{name}</code> to go on
              </>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        <Trouble error={error} />
        <div className="row-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red" loading={busy} disabled={name !== undefined && typed !== name}>
            {verb}
          </Button>
        </div>
      </form>
    </Window>
  );
}
