import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One request to the provider, as people may see it; see token-endpoint/trace.ts. */
export interface TraceStep {
  step: string;
  method: string;
  url: string;
  status: number | null;
  durationMs: number;
  requestHeaders?: Record<string, string>;
  requestBody?: string | null;
  answerHeaders?: Record<string, string>;
  answerBody?: string | null;
  decision?: string | null;
}

/** One thing that happened to a connection, told for people. */
@Entity('timeline')
export class TimelineEntry {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' }) id: string;
  @Column('uuid', { name: 'connection_id' }) connectionId: string;
  @Column('timestamptz', { default: () => 'now()' }) at: Date;
  /** Lower_snake past participle: `authorized`, `rotated`, `refresh_failed` */
  @Column('text') event: string;
  @Column('integer') version: number;
  @Column('text') actor: string;
  @Column('text') detail: string;
  @Column('text', { nullable: true }) hint: string | null;
  @Column('jsonb', { default: [] }) steps: TraceStep[];
}
