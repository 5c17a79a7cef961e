import { Select } from '@mantine/core';

const LIVES = [
  { value: '', label: 'does not run out' },
  { value: '1', label: 'a day' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
];
const DAY_MS = 86_400_000;
/** Long enough to be no bother, short enough that a forgotten key ends. */
export const USUAL_DAYS = '90';

interface LifetimeProps {
  label?: string;
  days: string;
  onChange: (days: string) => void;
}

/** How long a key is to live; what it holds is days, as text. */
export function Lifetime({ label = 'Lives for', days, onChange }: LifetimeProps) {
  return (
    <Select label={label} data={LIVES} value={days} allowDeselect={false} onChange={(value) => onChange(value ?? '')} />
  );
}

/** Null: it doesn't run out. */
export const endOf = (days: string): string | null =>
  days ? new Date(Date.now() + Number(days) * DAY_MS).toISOString() : null;
