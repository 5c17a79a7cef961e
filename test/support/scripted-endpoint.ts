import { afterAll, beforeAll } from '@jest/globals';
import { Egress, type EgressOptions } from '@lockkeeper/egress';
import { TokenEndpoint } from '../../apps/credentials/src/token-endpoint/token-endpoint.js';
import { ScriptedServer } from './scripted-server.js';

/** What speaks OAuth, with an authorization server that answers as it is told. All of it is there while tests run. */
export interface ScriptedEndpoint {
  server: ScriptedServer;
  egress: Egress;
  endpoint: TokenEndpoint;
}

/** One for all tests of a file. @param options of the way out; loopback is allowed */
export function scriptedEndpoint(options: EgressOptions = {}): ScriptedEndpoint {
  const parts = {} as ScriptedEndpoint;
  beforeAll(async () => {
    parts.server = await ScriptedServer.start();
    parts.egress = new Egress({ allowedNetworks: ['127.0.0.0/8'], ...options });
    parts.endpoint = new TokenEndpoint(parts.egress);
  });
  afterAll(async () => {
    await parts.egress.close();
    await parts.server.close();
  });
  return parts;
}
