import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@lockkeeper/local-stack';
import Provider from 'oidc-provider';

const SECRET = 'a-secret-of-the-organisation-0123456789';

/** The organisation's OpenID provider: whoever logs in is in the group that their login names. */
export class Organisation {
  private server: Server | null = null;

  private constructor(
    readonly issuer: string,
    private readonly port: number,
    /** What credentials is started with: `keepers` become admins, `readers` auditors. */
    readonly settings: Record<string, string>,
  ) {}

  /** Drawn first, because credentials is told of it before it starts, and it is told of credentials' address. */
  static async draw(): Promise<Organisation> {
    const port = await freePort();
    const issuer = `http://127.0.0.1:${port}`;
    return new Organisation(issuer, port, {
      CREDENTIALS_SIGN_IN_ISSUER: issuer,
      CREDENTIALS_SIGN_IN_CLIENT_ID: 'console',
      CREDENTIALS_SIGN_IN_NAME: 'the organisation',
      CREDENTIALS_SIGN_IN_ROLES: 'keepers=admin,readers=auditor',
      CREDENTIALS_SIGN_IN_CLIENT_SECRET_FILE: await secretFile(),
    });
  }

  /** @param credentialsUrl where people are sent back to */
  async start(credentialsUrl: string): Promise<void> {
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: 'console',
          client_secret: SECRET,
          redirect_uris: [`${credentialsUrl}/v1/session/openid/callback`],
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      claims: { openid: ['sub', 'name', 'groups'] },
      conformIdTokenClaims: false,
      findAccount: (_context, id) => ({
        accountId: id,
        claims: () => ({ sub: id, name: `${id} of the organisation`, groups: [id] }),
      }),
      features: { devInteractions: { enabled: true } },
    });
    const server = createServer(provider.callback());
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.server = server;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(null)));
  }
}

async function secretFile(): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'lockkeeper-openid-')), 'secret');
  await writeFile(file, SECRET, { mode: 0o600 });
  return file;
}
