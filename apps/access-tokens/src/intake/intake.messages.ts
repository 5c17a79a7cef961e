import { Controller, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { PUBLICATIONS } from '@lockkeeper/contracts';
import { JetStreamContext, JetStreamServer, PassThroughRpcFilter } from '@lockkeeper/messaging';
import { Intake } from './intake.js';
import { publishedId, asCredentials } from './publication-messages.js';

/** What the durable delivers. Acknowledged when this resolves, delivered again when it doesn't. */
@Controller()
@UseFilters(new PassThroughRpcFilter())
export class IntakeMessages {
  constructor(private readonly intake: Intake) {}

  @EventPattern<string>(PUBLICATIONS, JetStreamServer.ID)
  async receive(@Payload() sealed: string, @Ctx() { subject }: JetStreamContext): Promise<void> {
    await asCredentials(() => this.intake.take(sealed, publishedId(subject)));
  }
}
