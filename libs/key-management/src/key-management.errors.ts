import { LockkeeperError } from '@lockkeeper/doors';

/** The key service is away, sealed, or too busy. It may be there again in a moment. */
export class KeyServiceUnavailable extends LockkeeperError {
  constructor(keyId: string, detail: string, cause?: unknown) {
    super({
      kind: 'unavailable',
      code: 'key_service_unavailable',
      title: 'The key service is away',
      detail: `Key \`${keyId}\` can’t be opened: ${detail}.`,
      hint: 'Bring the key service back, or unseal it. Workspaces that run already go on: they hold their keys.',
      cause,
    });
  }
}

/** The key service answered, and doesn't give the key. */
export class KeyServiceRefused extends LockkeeperError {
  constructor(keyId: string, detail: string) {
    super({
      kind: 'internal',
      code: 'key_service_refused',
      title: 'The key service refuses',
      detail: `Key \`${keyId}\` can’t be opened: ${detail}.`,
      hint: 'Check the token and its policy, the mount, the name of the transit key, and that the key ring belongs to this workspace.',
    });
  }
}
