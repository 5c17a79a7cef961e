import { Controller, Get, Header, HttpCode, HttpStatus, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Health, metrics, type Readiness } from '@lockkeeper/observability';
import type { FastifyReply } from 'fastify';
import { Public } from './door-rules.js';

const objectOf = <P extends object>(properties: P) => ({ type: 'object', properties });
const STATE = { type: 'string', enum: ['up', 'degraded', 'down'] };
const REPORT = objectOf({ state: STATE, detail: { type: 'string' } });
const READINESS = objectOf({ status: STATE, checks: { type: 'object', additionalProperties: REPORT } });

/** For load balancers and monitors: no key needed, no identities shown. */
@ApiTags('health')
@Controller()
@Public()
export class VitalSignsController {
  constructor(private readonly health: Health) {}

  @Get('health/live')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'The process runs and answers.' })
  @ApiOkResponse({ schema: objectOf({ status: { type: 'string', enum: ['up'] } }) })
  live(): { status: 'up' } {
    return { status: 'up' };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'What this workspace leans on; 503 when it can’t do its job.' })
  @ApiOkResponse({ schema: READINESS })
  @ApiServiceUnavailableResponse({ schema: READINESS })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.health.readiness();
    void reply.status(readiness.status === 'down' ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK);
    return readiness;
  }

  @Get('metrics')
  @Header('content-type', metrics.contentType)
  @ApiOperation({ summary: 'Prometheus metrics.' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  measure(): Promise<string> {
    return metrics.metrics();
  }
}
