import { Controller, Get, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { ConnectionId } from '../connections/connection-id.js';
import { Connections } from '../connections/connections.js';
import { NoDeviceAuthorization } from './authorization.errors.js';
import { DeviceAuthorizations } from './device-authorizations.js';
import { DeviceConsent } from './device-consent.js';
import { DeviceView } from './device.dto.js';

@ApiTags('connections')
@ApiBearerAuth()
@Controller('v1/connections')
export class DevicesController {
  constructor(
    private readonly connections: Connections,
    private readonly consent: DeviceConsent,
    private readonly devices: DeviceAuthorizations,
  ) {}

  @Post(':id/device-authorizations')
  @Allow('admin', 'operator')
  @ApiOperation({
    summary: 'Start a device authorization (RFC 8628): a code for its user to type at the provider.',
    description: 'One is under way at a time; a new one takes the place of the one before.',
  })
  @ApiCreatedResponse({ type: DeviceView })
  async start(@ConnectionId() id: string): Promise<DeviceView> {
    await this.consent.begin(await this.connections.get(id), null);
    return this.newest(id);
  }

  @Get(':id/device-authorizations')
  @Allow('admin', 'operator', 'auditor')
  @ApiOperation({ summary: 'The newest device authorization, and what became of it.' })
  @ApiOkResponse({ type: DeviceView })
  newestOne(@ConnectionId() id: string): Promise<DeviceView> {
    return this.newest(id);
  }

  private async newest(id: string): Promise<DeviceView> {
    const belonging = await this.connections.get(id);
    const state = await this.devices.of(id);
    if (!state) throw new NoDeviceAuthorization(id);
    return DeviceView.of(state, belonging);
  }
}
