import { LockkeeperError } from '@lockkeeper/doors';

export class OpenIdNotConfigured extends LockkeeperError {
  constructor() {
    super({
      kind: 'not_found',
      code: 'openid_not_configured',
      title: 'No OpenID provider is configured here',
      detail: 'This workspace lets people in by keys and sign-in links only.',
      hint: 'Whoever runs it sets …_SIGN_IN_ISSUER and …_SIGN_IN_CLIENT_ID; docs/operations.md tells how.',
    });
  }
}

export class OpenIdUnavailable extends LockkeeperError {
  constructor(issuer: string, cause: unknown) {
    super({
      kind: 'upstream_failed',
      code: 'openid_unavailable',
      title: 'The OpenID provider can’t be used at the moment',
      detail: `${issuer} did not answer as an OpenID provider does.`,
      hint: 'Try again in a minute, or sign in with a key. Whoever runs this server finds the cause in its log.',
      cause,
    });
  }
}

export class OpenIdFlowLost extends LockkeeperError {
  constructor() {
    super({
      kind: 'invalid',
      code: 'openid_flow_lost',
      title: 'This sign-in can’t be finished',
      detail: 'It was begun in another browser, took longer than ten minutes, or was finished already.',
      hint: 'Begin again.',
    });
  }
}

export class OpenIdRefused extends LockkeeperError {
  constructor(detail: string, cause: unknown) {
    super({
      kind: 'unauthenticated',
      code: 'openid_refused',
      title: 'The OpenID provider did not sign you in',
      detail,
      hint: 'Begin again; if it stays, show this to whoever runs the provider.',
      cause,
    });
  }
}

export class RoleMissing extends LockkeeperError {
  constructor(claim: string) {
    super({
      kind: 'forbidden',
      code: 'openid_role_missing',
      title: 'You are known, but have no role here',
      detail: `Nothing in the claim \`${claim}\` of your ID token gives a role in this workspace.`,
      hint: 'Ask whoever runs Lockkeeper: …_SIGN_IN_ROLES says which of the claim’s values gives which role.',
    });
  }
}
