import { Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { ConnectionId } from './connection-id.js';
import { ConnectionTest } from './connection-test.js';

export class TestView {
  @ApiProperty() ok: boolean;
  @ApiProperty({ type: Number, nullable: true, description: 'The status that the API answered.' }) status:
    number | null;
  @ApiProperty() detail: string;
  @ApiProperty({ type: String, nullable: true }) hint: string | null;
}

@ApiTags('connections')
@ApiBearerAuth()
@Controller('v1/connections')
export class ConnectionTestController {
  constructor(private readonly test: ConnectionTest) {}

  @Post(':id/test')
  @HttpCode(HttpStatus.OK)
  @Allow('admin', 'operator')
  @ApiOperation({ summary: 'Call the API service’s test request with the current token.' })
  @ApiOkResponse({ type: TestView })
  async run(@ConnectionId() id: string): Promise<TestView> {
    const { ok, status, detail, hint } = await this.test.run(id);
    return { ok, status, detail, hint };
  }
}
