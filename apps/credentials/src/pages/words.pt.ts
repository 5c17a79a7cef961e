import type { Words } from './words.js';

export const pt: Words = {
  language: 'pt',
  connect: {
    title: (service) => `Conectar ${service}`,
    asks: (organisation, service) => `${organisation} pede acesso à sua conta ${service}.`,
    permissions: (organisation) => `${organisation} poderia:`,
    permissionsThere: (service) => `${service} mostra exatamente o que você permite antes da sua decisão.`,
    forWhom: 'Para',
    signIn: (host) => `Você entra em ${host}. A sua senha fica lá.`,
    goOn: (service) => `Continuar para ${service}`,
    unexpected: 'Não esperava por isto? Feche a página e nada será conectado.',
    standardScopes: {
      openid: 'saber qual conta é a sua',
      profile: 'ver o seu nome e o seu perfil público',
      email: 'ver o seu endereço de e-mail',
      offline_access: 'manter este acesso na sua ausência, até que seja retirado',
    },
  },
  form: {
    asks: (organisation, service) =>
      `${organisation} pede os dados de acesso que ${service} lhe deu, para trabalhar lá em seu nome.`,
    save: 'Conectar',
    optional: '(opcional)',
    choose: 'Escolha uma opção',
    secret: 'Fica cifrado e nunca mais é mostrado.',
    tested: (service) => `É testado em ${service} antes de ser salvo.`,
    check: 'Verifique os campos marcados.',
    secretsAgain: 'O que é secreto precisa ser digitado de novo.',
    missing: 'Este dado é necessário.',
    wrongForm: (example) =>
      example === null ? 'Isto não parece certo.' : `Isto não parece certo. Por exemplo: ${example}`,
    trials: {
      unknown: (service) =>
        `${service} não reconhece esta chave ou senha. Verifique se está completa, em vigor e se é para ${service}.`,
      refused: (service) => `${service} não aceita estes dados. Verifique o que você digitou.`,
      forbidden: (service) =>
        `${service} reconhece estes dados, mas não permite o necessário. Peça mais permissões lá.`,
      not_found: (service) =>
        `${service} não tem nada com esse nome. Verifique nomes e endereços, como o de uma conta.`,
      busy: (service) => `${service} recebeu pedidos demais. Nada foi salvo; tente de novo em alguns minutos.`,
      in_trouble: (service) => `${service} está com problemas. Nada foi salvo; tente de novo mais tarde.`,
      not_as_expected: (service) => `${service} não respondeu como esperado. Nada foi salvo.`,
      unknown_host: (service) =>
        `O endereço de ${service} não foi encontrado. Verifique os nomes e endereços que você digitou.`,
      timed_out: (service) => `${service} não respondeu a tempo. Nada foi salvo; tente de novo em instantes.`,
      unreachable: (service) => `Não foi possível alcançar ${service}. Nada foi salvo; tente de novo em instantes.`,
      not_callable: (service) =>
        `${service} não pode ser chamado assim. Verifique o que você digitou; se estiver certo, avise quem enviou o link.`,
    },
    answered: (service, status, said) => `${service} respondeu ${status}${said ? `: “${said}”` : '.'}`,
  },
  device: {
    enter: (service) => `Abra este endereço de ${service} em qualquer dispositivo e digite o código:`,
    compare: 'O código mostrado lá precisa ser o mesmo que aparece aqui. Esta página continua sozinha.',
  },
  connected: {
    title: 'Conectado',
    text: 'Deu certo. Você pode fechar esta página.',
    service: (organisation, service) =>
      `Deu certo: ${organisation} já pode usar ${service} em seu nome. Você pode fechar esta página.`,
  },
  reference: 'Referência',
  problems: {
    link_spent: {
      title: 'Este link já não pode ser usado',
      text: 'Um link vale uma vez e por pouco tempo. Este já foi usado, expirou ou está incompleto.',
      todo: 'Peça um novo link a quem o enviou e abra-o logo.',
    },
    link_opened_elsewhere: {
      title: 'Este link foi aberto em outro navegador',
      text: 'Para a sua segurança, um link só vale no navegador que o abriu primeiro. Nada foi conectado aqui.',
      todo: 'Continue naquele navegador ou peça um link só seu. Links não foram feitos para serem repassados.',
    },
    too_many_tries: {
      title: 'Tentativas demais',
      text: 'Para proteger a sua conta, um link só permite poucas tentativas. Nada foi salvo.',
      todo: 'Verifique o que o serviço lhe deu e peça um novo link.',
    },
    too_many_requests: {
      title: 'Um momento, por favor',
      text: 'Há muitos pedidos vindos da sua ligação. Nada foi ligado e nada se perdeu.',
      todo: 'Aguarde alguns segundos e abra o link novamente.',
    },
    sent_from_elsewhere: {
      title: 'Abra você mesmo o link',
      text: 'Outro site tentou continuar no seu lugar. Nada foi conectado.',
      todo: 'Abra o link que recebeu e continue na nossa página.',
    },
    flow_unknown: {
      title: 'Não esperávamos você aqui',
      text: 'Esta resposta não pertence a nada que tenha começado aqui, ou a algo que já terminou.',
      todo: 'Comece de novo com outro link. Voltar ou recarregar não ajuda: uma resposta vale uma vez.',
    },
    flow_expired: {
      title: 'Demorou demais',
      text: 'Começou há tanto tempo que a resposta já não é aceita. Nada foi conectado.',
      todo: 'Peça um novo link e termine de uma só vez.',
    },
    other_browser: {
      title: 'Isto começou em outro navegador',
      text: 'Só o navegador que abriu o link pode terminar. Nada foi conectado.',
      todo: 'Abra um novo link neste navegador, com cookies permitidos. Se alguém lhe enviou este endereço, não o use.',
    },
    other_api_service: {
      title: 'Esta resposta chegou ao endereço errado',
      text: 'Você começou com outro serviço, e não com o deste endereço. Nada foi conectado.',
      todo: 'Comece de novo com outro link. Se acontecer outra vez, avise quem o enviou.',
    },
    other_account: {
      title: 'Era outra conta',
      text: 'Você entrou com uma conta diferente da que está conectada. Nada foi alterado.',
      todo: 'Peça um novo link e entre com a conta de antes.',
    },
    endpoints_changed: {
      title: 'Algo mudou nesse meio-tempo',
      text: 'Enquanto você estava fora, o serviço foi configurado de novo aqui. Nada foi conectado.',
      todo: 'Comece de novo com outro link.',
    },
    access_denied: {
      title: 'O acesso não foi permitido',
      text: 'O serviço informa que você ou a sua organização não permitiu o acesso. Nada foi conectado.',
      todo: 'Se é isso que você quer, não há mais nada a fazer. Se não, peça um novo link.',
    },
    set_up_wrongly: {
      title: 'Isto não está bem configurado',
      text: 'A culpa não é sua: o serviço não aceita o nosso pedido. Nada foi conectado.',
      todo: 'Avise quem lhe enviou o link, com a referência abaixo. Só depois um novo link ajuda.',
    },
    provider_trouble: {
      title: 'O serviço está com problemas no momento',
      text: 'Ele não respondeu como deveria. Nada foi conectado.',
      todo: 'Tente mais tarde, com um novo link.',
    },
    not_from_provider: {
      title: 'Esta resposta não veio do serviço',
      text: 'Algo ou alguém se meteu no meio. Nada foi conectado.',
      todo: 'Comece de novo com outro link. Se acontecer outra vez, avise quem o enviou.',
    },
    start_again: {
      title: 'Não deu certo',
      text: 'O serviço não aceitou a resposta que você trouxe dele. Nada foi conectado.',
      todo: 'Comece de novo com outro link e termine de uma só vez.',
    },
    not_there: {
      title: 'Já não há nada aqui',
      text: 'Aquilo para que este link foi feito foi removido.',
      todo: 'Pergunte a quem o enviou.',
    },
    our_trouble: {
      title: 'Algo deu errado aqui',
      text: 'A culpa é nossa, não sua. Nada foi conectado.',
      todo: 'Tente mais tarde com um novo link. Se continuar, avise quem o enviou, com a referência abaixo.',
    },
  },
};
