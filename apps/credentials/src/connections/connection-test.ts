import { Injectable } from '@nestjs/common';
import { AuditLog } from '@lockkeeper/audit-chain';
import { ApiServices } from '../api-services/api-services.js';
import { type TestResult, TokenEndpoint } from '../token-endpoint/token-endpoint.js';
import { inFull } from '../token-endpoint/token-test.js';
import { NoTokenToUse } from './connection.errors.js';
import { Connections } from './connections.js';
import { GrantSeal } from './grant-seal.js';
import { Timeline } from './timeline.js';

/** Tries the current token on the API service's own test request. */
@Injectable()
export class ConnectionTest {
  constructor(
    private readonly connections: Connections,
    private readonly apiServices: ApiServices,
    private readonly seal: GrantSeal,
    private readonly endpoint: TokenEndpoint,
    private readonly timeline: Timeline,
    private readonly audit: AuditLog,
  ) {}

  /** @throws ConnectionNotFound, NoTokenToUse */
  async run(connectionId: string): Promise<TestResult> {
    const { connection, apiService } = await this.connections.get(connectionId);
    const { accessToken, captured, fieldSecrets, dpopKey } = this.seal.open(connection);
    if (accessToken === null) throw new NoTokenToUse(connectionId, connection.status);
    const { version, tokenType } = connection;
    // Before the token is used: without its entry it isn't. What came of it is in the timeline.
    const record = {
      action: 'connection.tested',
      objectType: 'connection',
      objectId: connectionId,
      details: { version },
    };
    await this.audit.append(record);
    const params = { ...connection.params, ...fieldSecrets };
    const target = { ...this.apiServices.target(apiService, { params }), dpopKey };
    const result = await this.endpoint.test(target, { accessToken, tokenType, captured });
    const event = result.ok ? 'test_passed' : 'test_failed';
    await this.timeline.record({
      connectionId,
      version,
      event,
      detail: inFull(result),
      hint: result.hint,
      steps: result.trace,
    });
    return result;
  }
}
