import { Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow } from '@lockkeeper/access-control';
import { inFull } from '../token-endpoint/token-test.js';
import { ConnectionId } from './connection-id.js';
import { ConnectionTest } from './connection-test.js';

export class TestView {
  @ApiProperty() ok: boolean;
  @ApiProperty({ type: Number, nullable: true, description: 'The status that the API answered.' }) status:
    number | null;
  @ApiProperty({ description: 'What came of it, with the API’s own words about a refusal, secrets masked.' })
  detail: string;
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
    const result = await this.test.run(id);
    const { ok, status, hint } = result;
    return { ok, status, detail: inFull(result), hint };
  }
}
