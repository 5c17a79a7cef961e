import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { Trouble } from './problem-note';
import { Window } from './window';

interface FormModalProps {
  title: string;
  /** What its button does: `Make the key`. */
  verb: string;
  /** What is done with it: TanStack Query's mutation. */
  making: { mutate: () => void; isPending: boolean; error: Error | null };
  opened?: boolean;
  size?: string;
  onClose: () => void;
  children: ReactNode;
}

/** A window that asks for a few things, and does one with them. */
export function FormModal({ title, verb, making, opened = true, size, onClose, children }: FormModalProps) {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <Window opened={opened} onClose={onClose} title={title} size={size ?? 'md'}>
      <form className="stack" onSubmit={submit}>
        {children}
        <Trouble error={making.error} />
        <div className="row-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={making.isPending}>
            {verb}
          </Button>
        </div>
      </form>
    </Window>
  );
}
