import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last calls on behalf of each connection, for people who debug. Nothing in it is secret, and nothing leans on it. */
const UP = [
  `CREATE TABLE api_calls (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    connection_id uuid NOT NULL REFERENCES connections ON DELETE CASCADE,
    consumer_id uuid NOT NULL,
    request_id text,
    started_at timestamptz NOT NULL,
    method text NOT NULL,
    url text NOT NULL,
    request_headers jsonb NOT NULL,
    attempts jsonb NOT NULL,
    answer_headers jsonb NOT NULL,
    status integer,
    problem text,
    complete boolean NOT NULL,
    duration_ms integer NOT NULL
  )`,
  `CREATE INDEX api_calls_of_connection ON api_calls (connection_id, id)`,
];

export class ApiCalls1790100000000 implements MigrationInterface {
  name = 'ApiCalls1790100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_calls');
  }
}
