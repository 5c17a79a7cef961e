import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Caller, IssuedKeyView, KeyLifetime, KeyPage, KeyView, type Principal } from '@lockkeeper/access-control';
import { Allow, ApiProblems, InvalidInput, PageInput } from '@lockkeeper/doors';
import { ADMIN, AUDITOR } from '../access/roles.js';
import { Consumers } from './consumers.js';
import {
  ConsumerChangeInput,
  ConsumerInput,
  ConsumerKeyPath,
  ConsumerPage,
  ConsumerPath,
  ConsumerView,
  CreatedConsumerView,
} from './consumers.dto.js';

const ENTITLEMENTS =
  'An entitlement without `user` covers all users of the API service; `apiService: "*"` covers all API services.';

/** Who may read tokens, decided by people who can't. */
@ApiTags('consumers')
@ApiBearerAuth()
@Controller('v1/consumers')
@ApiProblems({ 400: '`input_invalid`', 401: '`key_required`', 403: '`role_refused`' })
export class ConsumersController {
  constructor(private readonly consumers: Consumers) {}

  @Post()
  @Allow(ADMIN)
  @ApiOperation({
    summary: 'Make a consumer, and its first key.',
    description: `The key is shown this once. ${ENTITLEMENTS}`,
  })
  @ApiCreatedResponse({ type: CreatedConsumerView })
  async create(@Body() input: ConsumerInput, @Caller() caller: Principal): Promise<CreatedConsumerView> {
    const { consumer, issued } = await this.consumers.create(input.toRequest(), caller);
    return CreatedConsumerView.ofNew(consumer, issued);
  }

  @Get()
  @Allow(ADMIN, AUDITOR)
  @ApiOperation({ summary: 'All consumers, ordered by id.', description: 'Next page: `after` the last `id`.' })
  @ApiOkResponse({ type: ConsumerPage })
  async list(@Query() query: PageInput): Promise<ConsumerPage> {
    return { items: (await this.consumers.list(query)).map((consumer) => ConsumerView.of(consumer)) };
  }

  @Get(':id')
  @Allow(ADMIN, AUDITOR)
  @ApiOperation({ summary: 'One consumer, and what it may use.' })
  @ApiOkResponse({ type: ConsumerView })
  @ApiProblems({ 404: '`consumer_not_found`' })
  async get(@Param() { id }: ConsumerPath): Promise<ConsumerView> {
    return ConsumerView.of(await this.consumers.get(id));
  }

  @Patch(':id')
  @Allow(ADMIN)
  @ApiOperation({
    summary: 'Rename it, or change what it may use.',
    description: `What is left out stays; \`entitlements\` are replaced as a whole, from the next request on. ${ENTITLEMENTS}`,
  })
  @ApiOkResponse({ type: ConsumerView })
  @ApiProblems({ 404: '`consumer_not_found`', 409: '`consumer_of_issuer`' })
  async amend(@Param() { id }: ConsumerPath, @Body() change: ConsumerChangeInput): Promise<ConsumerView> {
    return ConsumerView.of(await this.consumers.amend(id, change.toChange()));
  }

  @Delete(':id')
  @Allow(ADMIN)
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Remove it. Its keys end at once.' })
  @ApiNoContentResponse()
  @ApiProblems({ 404: '`consumer_not_found`' })
  remove(@Param() { id }: ConsumerPath): Promise<void> {
    return this.consumers.remove(id);
  }

  @Post(':id/keys')
  @Allow(ADMIN)
  @ApiOperation({
    summary: 'A further key, so that one can be replaced without a gap.',
    description: 'It is shown this once.',
  })
  @ApiCreatedResponse({ type: IssuedKeyView })
  @ApiProblems({ 404: '`consumer_not_found`', 409: '`consumer_of_issuer`' })
  async addKey(
    @Param() { id }: ConsumerPath,
    @Body() input: KeyLifetime,
    @Caller() caller: Principal,
  ): Promise<IssuedKeyView> {
    return IssuedKeyView.ofNew(await this.consumers.addKey(id, input.expiresAt ?? null, caller));
  }

  @Get(':id/keys')
  @Allow(ADMIN, AUDITOR)
  @ApiOperation({ summary: 'Its keys, without the keys themselves.' })
  @ApiOkResponse({ type: KeyPage })
  @ApiProblems({ 404: '`consumer_not_found`' })
  async keys(@Param() { id }: ConsumerPath): Promise<KeyPage> {
    return { items: (await this.consumers.keysOf(id)).map((key) => KeyView.of(key)) };
  }

  @Patch(':id/keys/:keyId')
  @Allow(ADMIN)
  @ApiOperation({
    summary: 'Let one of its keys run out, or not.',
    description: 'So that whoever replaces a key has until then. A key that has run out stays so: add another one.',
  })
  @ApiOkResponse({ type: KeyView })
  @ApiProblems({ 404: '`consumer_not_found`, `key_not_found`' })
  async limitKey(@Param() { id, keyId }: ConsumerKeyPath, @Body() { expiresAt }: KeyLifetime): Promise<KeyView> {
    if (expiresAt === undefined)
      throw new InvalidInput([{ pointer: '/expiresAt', message: 'must be a time, or null' }]);
    return KeyView.of(await this.consumers.limitKey(id, keyId, expiresAt));
  }

  @Delete(':id/keys/:keyId')
  @Allow(ADMIN)
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Withdraw one of its keys, at once.' })
  @ApiNoContentResponse()
  @ApiProblems({ 404: '`consumer_not_found`, `key_not_found`' })
  withdrawKey(@Param() { id, keyId }: ConsumerKeyPath): Promise<void> {
    return this.consumers.withdrawKey(id, keyId);
  }
}
