import { LockkeeperError } from '@lockkeeper/doors';

export class ReturnUrlRefused extends LockkeeperError {
  constructor() {
    super({
      kind: 'invalid',
      code: 'return_url_refused',
      title: 'The return URL is not allowed',
      detail: 'returnUrl must be an absolute URL, without user name or password, whose origin this server allows.',
      hint: 'Whoever runs the server lists allowed origins in CREDENTIALS_RETURN_URL_ORIGINS.',
    });
  }
}

export class NoConsentNeeded extends LockkeeperError {
  constructor(slug: string) {
    super({
      kind: 'conflict',
      code: 'no_consent_needed',
      title: 'There is nobody to send a link to',
      detail: `The grant of \`${slug}\` needs no user: its connections get their tokens by themselves.`,
      hint: 'POST /v1/connections/:id/issue asks for a token anew.',
    });
  }
}

export class NotADevice extends LockkeeperError {
  constructor(slug: string) {
    super({
      kind: 'conflict',
      code: 'not_a_device_grant',
      title: 'There is no code to type',
      detail: `The grant of \`${slug}\` is not device_code.`,
      hint: 'POST /v1/connections/:id/authorization-links makes a link by which the user consents.',
    });
  }
}

export class NoDeviceAuthorization extends LockkeeperError {
  constructor(id: string) {
    super({
      kind: 'not_found',
      code: 'device_authorization_not_found',
      title: 'No device authorization was started',
      detail: `None was ever started for connection ${id}.`,
      hint: 'POST /v1/connections/:id/device-authorizations starts one.',
    });
  }
}

/** Why a consent did not come to an end. Shown to the end user as a page in plain words. */
export abstract class ConsentFailed extends LockkeeperError {
  /** Whose consent it was, where that is known: for its timeline, never for the page. */
  connectionId: string | null = null;

  of(connectionId: string): this {
    this.connectionId = connectionId;
    return this;
  }
}

export class LinkSpent extends ConsentFailed {
  constructor() {
    super({
      kind: 'gone',
      code: 'link_spent',
      title: 'This link can’t be used any more',
      detail:
        'An authorization link works once and only for a short time. This one was used, has run out, or was never made here.',
      hint: 'Ask whoever sent it for a new link, and open it at once.',
    });
  }
}

export class LinkOpenedElsewhere extends ConsentFailed {
  constructor() {
    super({
      kind: 'gone',
      code: 'link_opened_elsewhere',
      title: 'This link was opened in another browser',
      detail:
        'An authorization link belongs to the first browser that opens it. Another one came with it, and was turned away.',
      hint: 'If a mail filter or a chat opened it first, or its user has two browsers: make a new link. Links are not to be passed on.',
    });
  }
}

export class TooManyTries extends ConsentFailed {
  constructor() {
    super({
      kind: 'too_many',
      code: 'too_many_tries',
      title: 'That was tried too often',
      detail: 'What a user filled in behind one link was tried as often as is allowed, and never fitted.',
      hint: 'See in the timeline what the service answered, and make a new link.',
    });
  }
}

/** Another site sent the browser on: nobody saw the page that says who asks for what. */
export class SentFromElsewhere extends ConsentFailed {
  constructor() {
    super({
      kind: 'forbidden',
      code: 'sent_from_elsewhere',
      title: 'Please open the link yourself',
      detail: 'The form of an authorization link was sent by another site than this one. Nothing was started.',
      hint: 'Open the link itself, and continue on its page.',
    });
  }
}

export class FlowUnknown extends ConsentFailed {
  constructor() {
    super({
      kind: 'invalid',
      code: 'flow_unknown',
      title: 'We did not expect you here',
      detail: 'This answer belongs to no consent that was started here, or to one that was finished already.',
      hint: 'Start again from a new authorization link. Going back or reloading this page does not help: an answer counts once.',
    });
  }
}

/** The provider sent its answer to our home page. */
export class AnswerMisdirected extends ConsentFailed {
  constructor(redirectUri: string) {
    super({
      kind: 'conflict',
      code: 'answer_misdirected',
      title: 'The home page shows after granting',
      detail:
        'The provider sent the browser back to the home page of this server instead of to the redirect URI. Nothing was connected.',
      hint: `Register exactly ${redirectUri} as redirect URI of this client at the provider: every character counts, the path too.`,
    });
  }
}

export class FlowExpired extends ConsentFailed {
  constructor() {
    super({
      kind: 'gone',
      code: 'flow_expired',
      title: 'That took too long',
      detail: 'The consent was started so long ago that its answer is not accepted any more.',
      hint: 'Ask for a new authorization link and finish it in one go.',
    });
  }
}

export class OtherBrowser extends ConsentFailed {
  constructor() {
    super({
      kind: 'forbidden',
      code: 'other_browser',
      title: 'This consent was started in another browser',
      detail: 'Only the browser that opened the authorization link may finish the consent. Nothing was connected.',
      hint: 'Open a new authorization link in this browser, with cookies allowed, and finish it here. If somebody sent you this address: don’t.',
    });
  }
}

export class OtherApiService extends ConsentFailed {
  constructor() {
    super({
      kind: 'invalid',
      code: 'other_api_service',
      title: 'This answer came to the wrong address',
      detail:
        'The consent was started for another API service than the one this address belongs to. Nothing was connected.',
      hint: 'Start again from a new link. If it happens again, the redirect URI registered at the provider belongs to another API service.',
    });
  }
}

export class OtherAccount extends ConsentFailed {
  constructor() {
    super({
      kind: 'conflict',
      code: 'other_account',
      title: 'That was another account',
      detail:
        'This connection belongs to another account at the provider than the one that consented now. Nothing was changed.',
      hint: 'Sign in at the provider with the account of before; or ask for the connection to be revoked first, and connect the other account then.',
    });
  }
}

export class EndpointsChanged extends ConsentFailed {
  constructor() {
    super({
      kind: 'conflict',
      code: 'endpoints_changed',
      title: 'The API service was changed meanwhile',
      detail:
        'Between the start of this consent and its answer, an admin changed where this API service’s requests go.',
      hint: 'Start again from a new authorization link.',
    });
  }
}
