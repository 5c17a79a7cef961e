import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { lookOf } from '../../parts/state';
import type { ConnectionStatus } from '../queries';

const STATES: ConnectionStatus[] = ['active', 'refresh_failing', 'reauthorization_required', 'pending', 'revoked'];

interface StateTilesProps {
  counts: Record<ConnectionStatus, number> | undefined;
  /** Of this one alone. */
  apiService?: string;
  children?: ReactNode;
}

/** How many connections are in which state; each number leads to them. */
export const StateTiles = ({ counts, apiService, children }: StateTilesProps) => (
  <section className="card tiles" aria-label="Connections by state">
    {STATES.map((status) => (
      <Tile
        key={status}
        to={`/connections?${new URLSearchParams({ status, ...(apiService && { apiService }) })}`}
        state={status}
        count={counts?.[status]}
      />
    ))}
    {children}
  </section>
);

interface TileProps {
  to: string;
  state: string;
  label?: string;
  count: number | undefined;
}

export function Tile({ to, state, label, count }: TileProps) {
  const { tone, label: usual, icon: Icon } = lookOf(state);
  return (
    <Link to={to} className="tile">
      <span>
        <Icon size={14} className={`tone-${tone}`} aria-hidden />
        {label ?? usual}
      </span>
      <b>{count?.toLocaleString('en') ?? '–'}</b>
    </Link>
  );
}
