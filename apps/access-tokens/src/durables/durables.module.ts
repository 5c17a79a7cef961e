import { Module } from '@nestjs/common';
import { STREAMS } from '@lockkeeper/contracts';
import { NatsLink, StreamDurables } from '@lockkeeper/messaging';
import { DataSource } from 'typeorm';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { Settlement } from './settlement.js';
import { WantedDurables } from './wanted-durables.js';

/** A second NATS user, for durables alone: what handles publications can't make any, and what makes them can't read one. */
const DURABLES_LINK = Symbol('durables link');

const link = ({ NATS_URL: url, ACCESS_TOKENS_DURABLES_NATS_CREDS_FILE: credsFile }: Settings): NatsLink | null =>
  credsFile === undefined ? null : new NatsLink({ url, user: 'durables', credsFile });

const settlement = (dataSource: DataSource, wanted: WantedDurables, natsLink: NatsLink | null): Settlement =>
  new Settlement(
    dataSource,
    wanted,
    natsLink && { link: natsLink, stream: new StreamDurables(natsLink, STREAMS.events) },
  );

@Module({
  providers: [
    { provide: DURABLES_LINK, useFactory: link, inject: [SETTINGS] },
    { provide: Settlement, useFactory: settlement, inject: [DataSource, WantedDurables, DURABLES_LINK] },
    WantedDurables,
  ],
  exports: [WantedDurables, Settlement],
})
export class DurablesModule {}
