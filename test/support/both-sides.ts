import { Controller, UseFilters } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { COMMANDS, PUBLICATIONS } from '@lockkeeper/contracts';
import { CommandServer, JetStreamServer, PassThroughRpcFilter } from '@lockkeeper/messaging';

/** Every publication that BothSides took in, in its order. */
export const takenIn: string[] = [];

/** The least of both workspaces: takes publications in, and carries out refresh commands. */
@Controller()
@UseFilters(PassThroughRpcFilter)
export class BothSides {
  @EventPattern<string>(PUBLICATIONS, JetStreamServer.ID)
  take(@Payload() payload: string): void {
    takenIn.push(payload);
  }

  @MessagePattern<string>(COMMANDS.refresh, CommandServer.ID)
  refresh(): object {
    return { done: true };
  }
}
