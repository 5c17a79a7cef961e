import { LockkeeperError } from '@lockkeeper/doors';

/** Also to whom it does not belong: that it exists is not told. */
export class WebhookNotFound extends LockkeeperError {
  constructor(id: string) {
    super({
      kind: 'not_found',
      code: 'webhook_not_found',
      title: 'There is no such webhook',
      detail: `No webhook of yours has the id ${id}.`,
      hint: 'GET /v1/webhooks lists them.',
    });
  }
}

export class DeliveryNotFound extends LockkeeperError {
  constructor(id: string) {
    super({
      kind: 'not_found',
      code: 'delivery_not_found',
      title: 'There is no such delivery',
      detail: `This webhook has no delivery ${id}. Only the last ones are kept.`,
      hint: 'GET /v1/webhooks/:id/deliveries lists them.',
    });
  }
}

export class WebhookBeyondEntitlements extends LockkeeperError {
  constructor(apiServices: string[]) {
    super({
      kind: 'forbidden',
      code: 'webhook_beyond_entitlements',
      title: 'The consumer may not hear of these API services',
      detail: `None of the consumer’s entitlements covers anything of: ${apiServices.join(', ')}.`,
      hint: 'Leave them out; without `apiServices` a webhook hears of all that its consumer is entitled to. An admin changes entitlements with PATCH /v1/consumers/:id.',
    });
  }
}

export class TooManyWebhooks extends LockkeeperError {
  constructor(most: number) {
    super({
      kind: 'conflict',
      code: 'too_many_webhooks',
      title: 'Too many webhooks',
      detail: `A consumer may have ${most} webhooks.`,
      hint: 'Remove one that is not needed any more, or widen the filter of another.',
    });
  }
}
