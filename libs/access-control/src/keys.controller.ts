import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Inject, Param, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Allow, ApiProblems, InvalidInput } from '@lockkeeper/doors';
import { isUUID } from 'class-validator';
import { KeyNotFound } from './access.errors.js';
import { Caller } from './caller.js';
import { IssuedKeyView, KeyInput, KeyPage, KeyView } from './keys.dto.js';
import { KeyDesk } from './key-desk.js';
import { actorOf, type Principal } from './principal.js';

/** The roles that a workspace's keys can have. */
export const KEY_ROLES = Symbol('key-roles');

@ApiTags('keys')
@ApiBearerAuth()
@Controller('v1/keys')
@Allow('admin')
@ApiProblems({ 400: '`input_invalid`', 401: '`key_required`', 403: '`role_refused`' })
export class KeysController {
  constructor(
    private readonly desk: KeyDesk,
    @Inject(KEY_ROLES) private readonly roles: readonly string[],
  ) {}

  @Post()
  @ApiOperation({ summary: 'Issue a key to these doors. It is shown this once.' })
  @ApiCreatedResponse({ type: IssuedKeyView })
  async issue(@Body() { name, role, expiresAt }: KeyInput, @Caller() caller: Principal): Promise<IssuedKeyView> {
    if (!this.roles.includes(role)) {
      throw new InvalidInput([{ pointer: '/role', message: `must be one of: ${this.roles.join(', ')}` }]);
    }
    return IssuedKeyView.ofNew(
      await this.desk.issue({ name, role, expiresAt: expiresAt ?? null, createdBy: actorOf(caller) }),
    );
  }

  @Get()
  @Allow('admin', 'auditor')
  @ApiOperation({ summary: 'All keys: whose, for what, until when; never the keys themselves.' })
  @ApiOkResponse({ type: KeyPage })
  async list(): Promise<KeyPage> {
    return { items: (await this.desk.list()).map((record) => KeyView.of(record)) };
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Withdraw a key: it opens nothing from now on.' })
  @ApiNoContentResponse()
  @ApiProblems({ 404: '`key_not_found`', 409: '`last_admin_key`' })
  async withdraw(@Param('id') id: string): Promise<void> {
    if (!isUUID(id)) throw new KeyNotFound(id.slice(0, 64));
    await this.desk.withdraw(id);
  }
}
