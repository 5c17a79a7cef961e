import { LockkeeperError } from '@lockkeeper/doors';

export class KeyRequired extends LockkeeperError {
  constructor() {
    super({
      kind: 'unauthenticated',
      code: 'key_required',
      title: 'A key is required',
      detail: 'This door opens with `Authorization: Bearer <key>`, and no usable key was sent.',
      hint: 'Send a living key of this workspace: `lkc_…` for credentials, `lkt_…` for access-tokens. Keys of one are unknown to the other.',
    });
  }
}

export class RoleRefused extends LockkeeperError {
  constructor(role: string, allowed: readonly string[]) {
    super({
      kind: 'forbidden',
      code: 'role_refused',
      title: 'This key may not do that',
      detail: `The key’s role is \`${role}\`; this door is for ${allowed.map((name) => `\`${name}\``).join(', ') || 'nobody'}.`,
      hint: 'Use a key with one of these roles, or ask an admin for one.',
    });
  }
}

export class KeyNotFound extends LockkeeperError {
  constructor(id: string) {
    super({
      kind: 'not_found',
      code: 'key_not_found',
      title: 'There is no such key',
      detail: `No key has the id ${id}.`,
      hint: 'GET /v1/keys lists them.',
    });
  }
}

export class LastAdminKey extends LockkeeperError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'last_admin_key',
      title: 'The last admin key stays',
      detail: 'Without it nobody could make another key for this workspace.',
      hint: 'Issue another admin key first.',
    });
  }
}
