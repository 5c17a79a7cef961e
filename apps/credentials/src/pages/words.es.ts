import type { Words } from './words.js';

export const es: Words = {
  language: 'es',
  connect: {
    title: (service) => `Conectar ${service}`,
    asks: (organisation, service) => `${organisation} solicita acceso a su cuenta de ${service}.`,
    permissions: (organisation) => `${organisation} podría:`,
    permissionsThere: (service) => `${service} le muestra exactamente lo que permite antes de que usted decida.`,
    forWhom: 'Para',
    signIn: (host) => `Iniciará sesión en ${host}. Su contraseña no sale de allí.`,
    goOn: (service) => `Continuar a ${service}`,
    unexpected: '¿No esperaba esto? Cierre la página y no se conectará nada.',
    standardScopes: {
      openid: 'saber qué cuenta es la suya',
      profile: 'ver su nombre y su perfil público',
      email: 'ver su dirección de correo electrónico',
      offline_access: 'mantener este acceso en su ausencia, hasta que se retire',
    },
  },
  form: {
    asks: (organisation, service) =>
      `${organisation} solicita los datos de acceso que le dio ${service} para trabajar allí en su nombre.`,
    save: 'Conectar',
    optional: '(opcional)',
    choose: 'Elija una opción',
    secret: 'Se guarda cifrado y no se vuelve a mostrar.',
    tested: (service) => `Se prueba en ${service} antes de guardarlo.`,
    check: 'Revise los campos marcados.',
    secretsAgain: 'Los datos secretos deben introducirse de nuevo.',
    missing: 'Este dato es necesario.',
    wrongForm: (example) =>
      example === null ? 'Esto no parece correcto.' : `Esto no parece correcto. Por ejemplo: ${example}`,
    trials: {
      unknown: (service) =>
        `${service} no reconoce esta clave o contraseña. Compruebe que esté completa, vigente y que sea para ${service}.`,
      refused: (service) => `${service} no acepta estos datos. Revise lo que ha introducido.`,
      forbidden: (service) => `${service} reconoce estos datos, pero no permite lo necesario. Pida allí más permisos.`,
      not_found: (service) =>
        `${service} no tiene nada con ese nombre. Revise los nombres y direcciones, por ejemplo el de una cuenta.`,
      busy: (service) =>
        `${service} ha recibido demasiadas solicitudes. No se ha guardado nada; inténtelo de nuevo en unos minutos.`,
      in_trouble: (service) => `${service} tiene problemas propios. No se ha guardado nada; inténtelo más tarde.`,
      not_as_expected: (service) => `${service} no respondió como se esperaba. No se ha guardado nada.`,
      unknown_host: (service) =>
        `No se encontró la dirección de ${service}. Revise los nombres y direcciones que ha introducido.`,
      timed_out: (service) =>
        `${service} no respondió a tiempo. No se ha guardado nada; inténtelo de nuevo en un momento.`,
      unreachable: (service) =>
        `No se pudo contactar con ${service}. No se ha guardado nada; inténtelo de nuevo en un momento.`,
      not_callable: (service) =>
        `No se puede llamar a ${service} de esta forma. Revise lo que ha introducido; si es correcto, avise a quien le envió el enlace.`,
    },
    answered: (service, status, said) => `${service} respondió ${status}${said ? `: «${said}»` : '.'}`,
  },
  device: {
    enter: (service) => `Abra esta dirección de ${service} en cualquier dispositivo e introduzca el código:`,
    compare: 'El código que vea allí debe ser el mismo que ve aquí. Esta página continúa sola.',
  },
  connected: {
    title: 'Conectado',
    text: 'Todo ha ido bien. Puede cerrar esta página.',
    service: (organisation, service) =>
      `Todo ha ido bien: ${organisation} ya puede trabajar con ${service} en su nombre. Puede cerrar esta página.`,
  },
  reference: 'Referencia',
  problems: {
    link_spent: {
      title: 'Este enlace ya no se puede usar',
      text: 'Un enlace sirve una sola vez y por poco tiempo. Este ya se usó, ha caducado o está incompleto.',
      todo: 'Pida un enlace nuevo a quien se lo envió y ábralo pronto.',
    },
    link_opened_elsewhere: {
      title: 'Este enlace se abrió en otro navegador',
      text: 'Por su seguridad, un enlace solo sirve en el navegador que lo abrió primero. Aquí no se ha conectado nada.',
      todo: 'Continúe en ese navegador o pida un enlace propio. Los enlaces no están pensados para reenviarse.',
    },
    too_many_tries: {
      title: 'Demasiados intentos',
      text: 'Para proteger su cuenta, un enlace admite solo unos pocos intentos. No se ha guardado nada.',
      todo: 'Compruebe los datos que le dio el servicio y pida un enlace nuevo.',
    },
    too_many_requests: {
      title: 'Un momento, por favor',
      text: 'Desde su conexión llegan muchísimas solicitudes. No se ha conectado nada y no se ha perdido nada.',
      todo: 'Espere unos segundos y abra el enlace de nuevo.',
    },
    sent_from_elsewhere: {
      title: 'Abra usted mismo el enlace',
      text: 'Otro sitio web intentó continuar en su lugar. No se ha conectado nada.',
      todo: 'Abra el enlace que recibió y continúe en nuestra página.',
    },
    flow_unknown: {
      title: 'No le esperábamos aquí',
      text: 'Esta respuesta no corresponde a nada que se haya iniciado aquí, o a algo que ya terminó.',
      todo: 'Empiece de nuevo con otro enlace. Volver atrás o recargar no ayuda: una respuesta cuenta una sola vez.',
    },
    flow_expired: {
      title: 'Ha tardado demasiado',
      text: 'Se inició hace tanto tiempo que la respuesta ya no se acepta. No se ha conectado nada.',
      todo: 'Pida un enlace nuevo y termine de una vez.',
    },
    other_browser: {
      title: 'Esto se inició en otro navegador',
      text: 'Solo el navegador que abrió el enlace puede terminar. No se ha conectado nada.',
      todo: 'Abra un enlace nuevo en este navegador, con las cookies permitidas. Si alguien le envió esta dirección, no la use.',
    },
    other_api_service: {
      title: 'Esta respuesta llegó a la dirección equivocada',
      text: 'Usted empezó con un servicio distinto del que corresponde a esta dirección. No se ha conectado nada.',
      todo: 'Empiece de nuevo con otro enlace. Si vuelve a ocurrir, avise a quien se lo envió.',
    },
    other_account: {
      title: 'Esa era otra cuenta',
      text: 'Inició sesión con una cuenta distinta de la que está conectada. No se ha cambiado nada.',
      todo: 'Pida un enlace nuevo e inicie sesión con la cuenta de antes.',
    },
    endpoints_changed: {
      title: 'Algo cambió mientras tanto',
      text: 'Mientras usted estaba fuera, el servicio se configuró de nuevo aquí. No se ha conectado nada.',
      todo: 'Empiece de nuevo con otro enlace.',
    },
    access_denied: {
      title: 'No se ha permitido el acceso',
      text: 'El servicio nos indica que usted o su organización no permitió el acceso. No se ha conectado nada.',
      todo: 'Si es lo que quería, no tiene que hacer nada más. Si no, pida un enlace nuevo.',
    },
    set_up_wrongly: {
      title: 'Esto no está bien configurado',
      text: 'No es culpa suya: el servicio no acepta nuestra solicitud. No se ha conectado nada.',
      todo: 'Avise a quien le envió el enlace e indique la referencia de abajo. Solo después servirá un enlace nuevo.',
    },
    provider_trouble: {
      title: 'El servicio tiene problemas en este momento',
      text: 'No respondió como debía. No se ha conectado nada.',
      todo: 'Inténtelo más tarde con un enlace nuevo.',
    },
    not_from_provider: {
      title: 'Esta respuesta no vino del servicio',
      text: 'Algo o alguien se interpuso. No se ha conectado nada.',
      todo: 'Empiece de nuevo con otro enlace. Si vuelve a ocurrir, avise a quien se lo envió.',
    },
    start_again: {
      title: 'No ha funcionado',
      text: 'El servicio no aceptó la respuesta que usted trajo de él. No se ha conectado nada.',
      todo: 'Empiece de nuevo con otro enlace y termine de una vez.',
    },
    not_there: {
      title: 'Aquí ya no hay nada',
      text: 'Aquello para lo que se hizo este enlace se ha eliminado.',
      todo: 'Pregunte a quien se lo envió.',
    },
    our_trouble: {
      title: 'Algo ha fallado aquí',
      text: 'Es culpa nuestra, no suya. No se ha conectado nada.',
      todo: 'Inténtelo más tarde con un enlace nuevo. Si sigue igual, avise a quien se lo envió e indique la referencia de abajo.',
    },
  },
};
