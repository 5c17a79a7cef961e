import { Readable } from 'node:stream';
import { Controller, Get, Header, Inject, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Caller, type Principal } from '@lockkeeper/access-control';
import { Allow, ApiProblems } from '@lockkeeper/doors';
import type { FastifyReply } from 'fastify';
import { ADMIN, AUDITOR, CONSUMER } from '../access/roles.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { placeOf } from './event-frames.js';
import { EventStream } from './event-stream.js';
import { EventQuery } from './event-stream.dto.js';

const MEDIA_TYPE = 'text/event-stream';
/** What a listener has to take the end of its stream; one that takes nothing would hold a shutdown up. */
const LAST_TAKE_MS = 1000;

const DESCRIPTION = `Server-sent events (HTML standard, 9.2): each is a CloudEvent 1.0 in JSON as \`data\`, with its type as \`event\`. A consumer hears of the
connections that it is entitled to, down to the user; admins and auditors hear of everything.

Without \`Last-Event-ID\` you hear what happens from now on, and are told at once from which id on that is. With the last \`id\` that you were told, you hear everything after it, for 30 days back, at any
replica. Events come at least once, a repeated one with the same \`id\` in its data, and in order for each connection. A heartbeat comes every 15 seconds; when
it fails to come, or the stream ends, connect again. The stream ends when your key does, and when you take nothing for two minutes.

Who was away for longer than events are kept is told so first, by an event \`events_missed\` with \`{"after", "until", "detail"}\`: what was stored between these
two ids can't be told any more. Read the state of your connections anew (\`GET /v1/tokens\`).`;

/** Events for programs without a NATS client. */
@ApiTags('events')
@ApiBearerAuth()
@Controller('v1/events')
export class EventStreamController {
  constructor(
    private readonly stream: EventStream,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  @Allow(CONSUMER, ADMIN, AUDITOR)
  @Header('cache-control', 'no-store')
  @Header('x-accel-buffering', 'no')
  @ApiOperation({ summary: 'What happens to connections, as it happens.', description: DESCRIPTION })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The last `id` that you were told.' })
  @ApiProduces(MEDIA_TYPE)
  @ApiOkResponse({ schema: { type: 'string' }, description: 'An answer without an end.' })
  @ApiProblems({
    400: '`input_invalid`',
    401: '`key_required`',
    403: '`role_refused`',
    429: '`too_many_listeners`',
    503: '`nats_unavailable`: events can’t be reached since this replica was started',
  })
  listen(
    @Query() query: EventQuery,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): StreamableFile {
    const life = new AbortController();
    const place = placeOf(reply.request.headers['last-event-id']);
    const frames = this.stream.open({ caller, query, place, life });
    reply.raw.once('close', () => life.abort());
    if (reply.raw.destroyed) life.abort();
    life.signal.addEventListener('abort', () => setTimeout(() => reply.raw.destroy(), LAST_TAKE_MS).unref());
    // One that takes nothing, heartbeats included, is gone without a word.
    const stalledMs = this.settings.ACCESS_TOKENS_EVENTS_STALLED_SECONDS * 1000;
    reply.raw.setTimeout(stalledMs, () => reply.raw.destroy());
    // So that the end of the stream is the end of the connection, which a shutdown waits for.
    void reply.header('connection', 'close');
    return new StreamableFile(Readable.from(frames, { objectMode: false }), { type: MEDIA_TYPE });
  }
}
