import { Injectable } from '@nestjs/common';
import { STREAMS } from '@lockkeeper/contracts';
import { DataSource } from 'typeorm';

/**
 * Up to which stream sequence everything is known to be in this database. It lies in the database itself: a backup that is restored
 * brings back the position that belongs to its rows.
 */
@Injectable()
export class ReplayPosition {
  constructor(private readonly dataSource: DataSource) {}

  async read(): Promise<number> {
    const [row] = await this.dataSource.query<{ sequence: string }[]>(
      'SELECT sequence FROM replay_position WHERE stream = $1',
      [STREAMS.publications],
    );
    return Number(row?.sequence ?? 0);
  }

  /** Only if it still is where the walk began: a backup restored meanwhile must not be believed to be complete. */
  async move(from: number, to: number): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO replay_position AS p (stream, sequence) VALUES ($1, $3)
       ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence WHERE p.sequence = $2`,
      [STREAMS.publications, from, to],
    );
  }
}
