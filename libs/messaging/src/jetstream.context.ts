import { BaseRpcContext } from '@nestjs/microservices';
import type { JsMsg } from '@nats-io/jetstream';

/** What a handler gets from `@Ctx()`. */
export class JetStreamContext extends BaseRpcContext<[JsMsg]> {
  get message(): JsMsg {
    return this.args[0];
  }

  get subject(): string {
    return this.message.subject;
  }

  /** 1 at the first delivery. */
  get deliveryCount(): number {
    return this.message.info.deliveryCount;
  }

  get streamSequence(): number {
    return this.message.info.streamSequence;
  }

  get messageId(): string | null {
    return this.message.headers?.get('Nats-Msg-Id') || null;
  }
}

/** Thrown by a handler for a message that no further try can help: it goes to the dead letters at once. */
export class PoisonMessageError extends Error {}
