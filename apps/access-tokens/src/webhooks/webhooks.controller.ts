import { Body, Controller, Delete, Get, Header, HttpCode, HttpStatus, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Caller, type Principal } from '@lockkeeper/access-control';
import { Allow, ApiProblems, InvalidInput } from '@lockkeeper/doors';
import { ADMIN, AUDITOR, CONSUMER } from '../access/roles.js';
import {
  WebhookChangeInput,
  WebhookInput,
  WebhookListQuery,
  WebhookPage,
  WebhookPath,
  WebhookSecretInput,
  WebhookView,
  WebhookWithSecretView,
  shortened,
} from './webhooks.dto.js';
import { type Webhook, Webhooks } from './webhooks.js';

const DESCRIPTION = `Each event that the consumer may hear of, at its choice of types and API services, is posted as a CloudEvent 1.0 in JSON and signed by
Standard Webhooks 1.0 (\`webhook-id\`, \`webhook-timestamp\`, \`webhook-signature\`): any of its libraries checks it. Answer 2xx within 15 seconds.

Anything else is tried again, with growing pauses, for two days; \`Retry-After\` is heeded, redirects are not followed. 410 disables the webhook, and so does
failing for two days. Events come at least once, a repeated one with the same \`webhook-id\`, and in order for each connection; one that was refused five times
lets the next ones pass, so compare versions. Entitlements are looked at again before each attempt. Only public addresses are called.`;

/** Events for programs that would rather be called. */
@ApiTags('events')
@ApiBearerAuth()
@Controller('v1/webhooks')
@ApiProblems({ 400: '`input_invalid`', 401: '`key_required`', 403: '`role_refused`' })
export class WebhooksController {
  constructor(private readonly webhooks: Webhooks) {}

  @Post()
  @Allow(CONSUMER, ADMIN)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Have events posted to an address.', description: DESCRIPTION })
  @ApiCreatedResponse({ type: WebhookWithSecretView })
  @ApiProblems({
    403: '`webhook_beyond_entitlements`',
    404: '`consumer_not_found`',
    409: '`too_many_webhooks`',
  })
  async create(
    @Body() { consumer, ...wishes }: WebhookInput,
    @Caller() caller: Principal,
  ): Promise<WebhookWithSecretView> {
    const { webhook, secret } = await this.webhooks.create(ownerOf(caller, consumer), wishes, caller);
    return WebhookWithSecretView.ofNew(webhook, wishes.url, secret);
  }

  @Get()
  @Allow(CONSUMER, ADMIN, AUDITOR)
  @ApiOperation({
    summary: 'Webhooks, ordered by id: a consumer’s own, everybody’s for people.',
    description: 'Next page: `after` the last `id`.',
  })
  @ApiOkResponse({ type: WebhookPage })
  async list(@Query() query: WebhookListQuery, @Caller() caller: Principal): Promise<WebhookPage> {
    return { items: (await this.webhooks.list(caller, query)).map((webhook) => this.view(webhook, caller)) };
  }

  @Get(':id')
  @Allow(CONSUMER, ADMIN, AUDITOR)
  @ApiOperation({ summary: 'One webhook; if it is disabled, with the reason.' })
  @ApiOkResponse({ type: WebhookView })
  @ApiProblems({ 404: '`webhook_not_found`' })
  async get(@Param() { id }: WebhookPath, @Caller() caller: Principal): Promise<WebhookView> {
    return this.view(await this.webhooks.get(id, caller), caller);
  }

  @Patch(':id')
  @Allow(CONSUMER, ADMIN)
  @ApiOperation({
    summary: 'Change its address or its filters, switch it off or on again.',
    description:
      'What is left out stays. While it is off nothing new is queued for it; what waited before is delivered when it is on again, if its two days are not over.',
  })
  @ApiOkResponse({ type: WebhookView })
  @ApiProblems({ 403: '`webhook_beyond_entitlements`', 404: '`webhook_not_found`' })
  async amend(
    @Param() { id }: WebhookPath,
    @Body() change: WebhookChangeInput,
    @Caller() caller: Principal,
  ): Promise<WebhookView> {
    return this.view(await this.webhooks.amend(id, change, caller), caller);
  }

  @Delete(':id')
  @Allow(CONSUMER, ADMIN)
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Remove it, with all that waits for it.' })
  @ApiNoContentResponse()
  @ApiProblems({ 404: '`webhook_not_found`' })
  remove(@Param() { id }: WebhookPath, @Caller() caller: Principal): Promise<void> {
    return this.webhooks.remove(id, caller);
  }

  @Post(':id/secret')
  @Allow(CONSUMER, ADMIN)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'A new key. The one before signs beside it for `overlapSeconds`.',
    description: 'Both signatures are in `webhook-signature`, so the receiver may change at any moment in between.',
  })
  @ApiCreatedResponse({ type: WebhookWithSecretView })
  @ApiProblems({ 404: '`webhook_not_found`' })
  async changeSecret(
    @Param() { id }: WebhookPath,
    @Body() input: WebhookSecretInput,
    @Caller() caller: Principal,
  ): Promise<WebhookWithSecretView> {
    const { webhook, secret } = await this.webhooks.changeSecret(id, input, caller);
    return WebhookWithSecretView.ofNew(webhook, this.webhooks.urlOf(webhook).reveal(), secret);
  }

  private view(webhook: Webhook, { role }: Principal): WebhookView {
    const url = this.webhooks.urlOf(webhook).reveal();
    return WebhookView.of(webhook, role === AUDITOR ? shortened(url) : url);
  }
}

/** @throws InvalidInput */
function ownerOf({ role, subjectId }: Principal, named: string | undefined): string {
  const owner = role === CONSUMER ? subjectId : (named ?? null);
  if (owner === null) throw new InvalidInput([{ pointer: '/consumer', message: 'must say whose webhook it is' }]);
  if (named === undefined || named === owner) return owner;
  throw new InvalidInput([{ pointer: '/consumer', message: 'must be left out by a consumer: it makes its own' }]);
}
