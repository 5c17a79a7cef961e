import type { Words } from './words.js';

export const en: Words = {
  language: 'en',
  connect: {
    title: (service) => `Connect ${service}`,
    asks: (organisation, service) => `${organisation} asks for access to your ${service} account.`,
    permissions: (organisation) => `${organisation} would be able to:`,
    permissionsThere: (service) => `${service} shows what exactly you allow before you decide.`,
    forWhom: 'For',
    signIn: (host) => `You sign in at ${host}. Your password stays there.`,
    goOn: (service) => `Continue to ${service}`,
    unexpected: 'You did not expect this? Close the page, and nothing will be connected.',
    standardScopes: {
      openid: 'know which account is yours',
      profile: 'see your name and your public profile',
      email: 'see your e-mail address',
      offline_access: 'keep this access while you are away, until it is taken back',
    },
  },
  form: {
    asks: (organisation, service) =>
      `${organisation} asks for what ${service} gave you, to work with ${service} on your behalf.`,
    save: 'Connect',
    optional: '(optional)',
    choose: 'Please choose',
    secret: 'Kept encrypted, and never shown again.',
    tested: (service) => `It is tried at ${service} before it is saved.`,
    check: 'Please check the marked fields.',
    secretsAgain: 'What is secret has to be entered once more.',
    missing: 'This is needed.',
    wrongForm: (example) =>
      example === null ? 'This does not look right.' : `This does not look right. For instance: ${example}`,
    trials: {
      unknown: (service) =>
        `${service} does not know this key or password. Check that it is whole, current, and meant for ${service}.`,
      refused: (service) => `${service} does not accept this. Please check what you entered.`,
      forbidden: (service) => `${service} knows this, but does not allow what is needed. Ask for more rights there.`,
      not_found: (service) =>
        `${service} has nothing under this name. Check names and addresses, such as the one of an account.`,
      busy: (service) => `${service} was asked too often. Nothing was saved; try again in a few minutes.`,
      in_trouble: (service) => `${service} has trouble of its own. Nothing was saved; try again later.`,
      not_as_expected: (service) => `${service} did not answer as expected. Nothing was saved.`,
      unknown_host: (service) => `The address of ${service} was not found. Check names and addresses that you entered.`,
      timed_out: (service) => `${service} did not answer in time. Nothing was saved; try again in a moment.`,
      unreachable: (service) => `${service} could not be reached. Nothing was saved; try again in a moment.`,
      not_callable: (service) =>
        `${service} can’t be called like this. Check what you entered; if it is right, tell whoever sent you the link.`,
    },
    answered: (service, status, said) => `${service} answered ${status}${said ? `: “${said}”` : '.'}`,
  },
  device: {
    enter: (service) => `Open this address at ${service}, on any device, and enter the code:`,
    compare: 'The code there has to be the one that you see here. This page goes on by itself.',
  },
  connected: {
    title: 'Connected',
    text: 'It worked. You can close this page.',
    service: (organisation, service) =>
      `It worked: ${organisation} can now work with ${service} for you. You can close this page.`,
  },
  reference: 'Reference',
  problems: {
    link_spent: {
      title: 'This link can’t be used any more',
      text: 'A link works once, and only for a short time. This one was used, has run out, or is not complete.',
      todo: 'Ask whoever sent it for a new link, and open it soon.',
    },
    link_opened_elsewhere: {
      title: 'This link was opened in another browser',
      text: 'For your safety, a link works only in the browser that opened it first. Nothing was connected here.',
      todo: 'Go on in that browser; or ask for a new link of your own. A link is not meant to be passed on.',
    },
    too_many_tries: {
      title: 'That was tried too often',
      text: 'To protect your account, a link may be tried only a few times. Nothing was saved.',
      todo: 'Check what the service gave you, and ask for a new link.',
    },
    too_many_requests: {
      title: 'One moment, please',
      text: 'A great many people come here from where you are. Nothing was connected, and nothing is lost.',
      todo: 'Wait a few seconds, and open the link again.',
    },
    sent_from_elsewhere: {
      title: 'Please open the link yourself',
      text: 'Another website tried to continue for you. Nothing was connected.',
      todo: 'Open the link that you were sent, and continue on our page.',
    },
    flow_unknown: {
      title: 'We did not expect you here',
      text: 'This answer belongs to nothing that was started here, or to something that is finished.',
      todo: 'Start again with a new link. Going back or reloading does not help: an answer counts once.',
    },
    flow_expired: {
      title: 'That took too long',
      text: 'It was started so long ago that the answer is not accepted any more. Nothing was connected.',
      todo: 'Ask for a new link, and finish in one go.',
    },
    other_browser: {
      title: 'This consent was started in another browser',
      text: 'Only the browser that opened the link can finish. Nothing was connected.',
      todo: 'Open a new link in this browser, with cookies allowed. If somebody sent you this address: don’t.',
    },
    other_api_service: {
      title: 'This answer came to the wrong address',
      text: 'You started with another service than the one this address belongs to. Nothing was connected.',
      todo: 'Start again with a new link. If it happens again, tell whoever sent it.',
    },
    other_account: {
      title: 'That was another account',
      text: 'You signed in with another account than the one that is connected. Nothing was changed.',
      todo: 'Ask for a new link, and sign in with the account of before.',
    },
    endpoints_changed: {
      title: 'Something was changed meanwhile',
      text: 'While you were away, the service was set up anew here. Nothing was connected.',
      todo: 'Start again with a new link.',
    },
    access_denied: {
      title: 'You did not allow it',
      text: 'The service tells us that the access was not allowed, by you or by your organisation. Nothing was connected.',
      todo: 'If that is what you want, there is nothing more to do. If not, ask for a new link.',
    },
    set_up_wrongly: {
      title: 'This is not set up as it should be',
      text: 'It is not your doing: the service does not accept how we ask. Nothing was connected.',
      todo: 'Tell whoever sent you the link, with the reference below. A new link helps only after that.',
    },
    provider_trouble: {
      title: 'The service has trouble at the moment',
      text: 'It did not answer as it should. Nothing was connected.',
      todo: 'Try again later, with a new link.',
    },
    not_from_provider: {
      title: 'This answer did not come from the service',
      text: 'Something or somebody came in between. Nothing was connected.',
      todo: 'Start again with a new link. If it happens again, tell whoever sent it.',
    },
    start_again: {
      title: 'That did not work',
      text: 'The service did not accept the answer that you brought from it. Nothing was connected.',
      todo: 'Start again with a new link, and finish in one go.',
    },
    not_there: {
      title: 'There is nothing here any more',
      text: 'What this link was made for has been removed.',
      todo: 'Ask whoever sent it.',
    },
    our_trouble: {
      title: 'Something went wrong here',
      text: 'It is our fault, not yours. Nothing was connected.',
      todo: 'Try again later with a new link. If it stays, tell whoever sent it, with the reference below.',
    },
  },
};
