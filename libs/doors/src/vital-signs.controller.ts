import { Controller, Get, Header, HttpCode, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Health, metrics, type Readiness } from '@lockkeeper/observability';
import type { FastifyReply } from 'fastify';
import { Public } from './door-rules.js';

/** For load balancers and monitors: no key needed, no identities shown. */
@ApiTags('health')
@Controller()
@Public()
export class VitalSignsController {
  constructor(private readonly health: Health) {}

  @Get('health/live')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'The process runs and answers.' })
  live(): { status: 'up' } {
    return { status: 'up' };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'What this workspace leans on; 503 when it can’t do its job.' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await this.health.readiness();
    void reply.status(readiness.status === 'down' ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK);
    return readiness;
  }

  @Get('metrics')
  @Header('content-type', metrics.contentType)
  @ApiOperation({ summary: 'Prometheus metrics.' })
  measure(): Promise<string> {
    return metrics.metrics();
  }
}
