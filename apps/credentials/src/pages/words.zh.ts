import type { Words } from './words.js';

export const zh: Words = {
  language: 'zh-Hans',
  connect: {
    title: (service) => `连接 ${service}`,
    asks: (organisation, service) => `${organisation} 请求访问您的 ${service} 账户。`,
    permissions: (organisation) => `${organisation} 将可以：`,
    permissionsThere: (service) => `在您作出决定之前，${service} 会显示您具体授权的内容。`,
    forWhom: '用户',
    signIn: (host) => `您将在 ${host} 登录，您的密码不会离开那里。`,
    goOn: (service) => `前往 ${service}`,
    unexpected: '不是您预期的操作？关闭此页面即可，不会建立任何连接。',
    standardScopes: {
      openid: '识别哪个账户属于您',
      profile: '查看您的姓名和公开资料',
      email: '查看您的电子邮件地址',
      offline_access: '在您不在场时保留此访问权限，直到被撤销',
    },
  },
  form: {
    asks: (organisation, service) => `${organisation} 需要 ${service} 提供给您的凭据，以便代表您使用 ${service}。`,
    save: '连接',
    optional: '（选填）',
    choose: '请选择',
    secret: '将加密保存，且不再显示。',
    tested: (service) => `保存之前会先在 ${service} 上验证。`,
    check: '请检查标出的各项。',
    secretsAgain: '机密内容需要重新输入。',
    missing: '此项必填。',
    wrongForm: (example) => (example === null ? '格式似乎不正确。' : `格式似乎不正确。例如：${example}`),
    trials: {
      unknown: (service) => `${service} 不认识此密钥或密码。请检查它是否完整、仍然有效，并且是用于 ${service} 的。`,
      refused: (service) => `${service} 不接受这些内容。请检查您的输入。`,
      forbidden: (service) => `${service} 识别了这些内容，但不允许所需的操作。请在那里申请更多权限。`,
      not_found: (service) => `${service} 找不到此名称。请检查帐户等名称和地址。`,
      busy: (service) => `对 ${service} 的请求过于频繁。没有保存任何内容，请几分钟后再试。`,
      in_trouble: (service) => `${service} 自身出现问题。没有保存任何内容，请稍后再试。`,
      not_as_expected: (service) => `${service} 没有给出预期的响应。没有保存任何内容。`,
      unknown_host: (service) => `找不到 ${service} 的地址。请检查您输入的名称和地址。`,
      timed_out: (service) => `${service} 没有及时响应。没有保存任何内容，请稍后再试。`,
      unreachable: (service) => `无法连接 ${service}。没有保存任何内容，请稍后再试。`,
      not_callable: (service) => `无法以这种方式调用 ${service}。请检查您的输入；如果无误，请告知给您发送链接的人。`,
    },
    answered: (service, status, said) => `${service} 的响应：${status}${said ? ` “${said}”` : '。'}`,
  },
  device: {
    enter: (service) => `请在任意设备上打开 ${service} 的以下网址，并输入代码：`,
    compare: '那里显示的代码必须与此处的代码一致。本页面会自动继续。',
  },
  connected: {
    title: '已连接',
    text: '操作成功。您可以关闭此页面。',
    service: (organisation, service) => `操作成功。${organisation} 现在可以代表您使用 ${service}。您可以关闭此页面。`,
  },
  reference: '编号',
  problems: {
    link_spent: {
      title: '此链接已失效',
      text: '链接只能使用一次，且有效时间很短。此链接已被使用、已过期或不完整。',
      todo: '请向发送者索取新链接，并尽快打开。',
    },
    link_opened_elsewhere: {
      title: '此链接已在另一个浏览器中打开',
      text: '为了您的安全，链接只在首次打开它的浏览器中有效。此处没有建立任何连接。',
      todo: '请在那个浏览器中继续，或索取您自己的链接。链接不应转发给他人。',
    },
    too_many_tries: {
      title: '尝试次数过多',
      text: '为保护您的账户，一个链接只允许尝试几次。没有保存任何内容。',
      todo: '请核对服务提供给您的信息，并索取新链接。',
    },
    too_many_requests: {
      title: '请稍候',
      text: '来自您所在网络的请求过多。没有建立任何连接,也没有丢失任何内容。',
      todo: '请等待几秒钟,然后重新打开链接。',
    },
    sent_from_elsewhere: {
      title: '请您亲自打开链接',
      text: '另一个网站试图代您继续。没有建立任何连接。',
      todo: '请打开您收到的链接，并在我们的页面上继续。',
    },
    flow_unknown: {
      title: '未预期的访问',
      text: '此响应不属于在这里开始的任何操作，或者该操作已经结束。',
      todo: '请用新链接重新开始。返回或刷新页面没有作用：响应只有一次有效。',
    },
    flow_expired: {
      title: '用时过长',
      text: '操作开始的时间太久，响应已不再被接受。没有建立任何连接。',
      todo: '请索取新链接，并一次完成。',
    },
    other_browser: {
      title: '此操作是在另一个浏览器中开始的',
      text: '只有打开链接的浏览器才能完成操作。没有建立任何连接。',
      todo: '请允许 Cookie，并在此浏览器中打开新链接。如果此地址是别人发给您的，请不要使用。',
    },
    other_api_service: {
      title: '此响应送到了错误的地址',
      text: '您开始时使用的服务与此地址所属的服务不同。没有建立任何连接。',
      todo: '请用新链接重新开始。如果再次发生，请告知发送者。',
    },
    other_account: {
      title: '这是另一个账户',
      text: '您登录的账户与已连接的账户不同。没有任何更改。',
      todo: '请索取新链接，并使用之前的账户登录。',
    },
    endpoints_changed: {
      title: '期间有设置发生了更改',
      text: '在您操作期间，该服务在这里被重新设置。没有建立任何连接。',
      todo: '请用新链接重新开始。',
    },
    access_denied: {
      title: '访问未获允许',
      text: '该服务告知我们，您或您的组织没有允许访问。没有建立任何连接。',
      todo: '如果这是您的本意，则无需再做什么。否则，请索取新链接。',
    },
    set_up_wrongly: {
      title: '设置有误',
      text: '这不是您的问题：该服务不接受我们的请求方式。没有建立任何连接。',
      todo: '请将下方编号告知发送链接的人。在此之后，新链接才会有用。',
    },
    provider_trouble: {
      title: '该服务目前出现问题',
      text: '它没有给出应有的响应。没有建立任何连接。',
      todo: '请稍后用新链接再试。',
    },
    not_from_provider: {
      title: '此响应并非来自该服务',
      text: '中途有其他因素或他人介入。没有建立任何连接。',
      todo: '请用新链接重新开始。如果再次发生，请告知发送者。',
    },
    start_again: {
      title: '未能成功',
      text: '该服务没有接受您从它那里带回的响应。没有建立任何连接。',
      todo: '请用新链接重新开始，并一次完成。',
    },
    not_there: {
      title: '此处已没有内容',
      text: '此链接所针对的内容已被移除。',
      todo: '请询问发送者。',
    },
    our_trouble: {
      title: '我们这里出了问题',
      text: '这是我们的问题，不是您的。没有建立任何连接。',
      todo: '请稍后用新链接再试。如果问题依旧，请将下方编号告知发送者。',
    },
  },
};
