import type { Words } from './words.js';

export const fr: Words = {
  language: 'fr',
  connect: {
    title: (service) => `Connecter ${service}`,
    asks: (organisation, service) => `${organisation} demande l’accès à votre compte ${service}.`,
    permissions: (organisation) => `${organisation} pourrait :`,
    permissionsThere: (service) => `${service} vous montre exactement ce que vous autorisez avant votre décision.`,
    forWhom: 'Pour',
    signIn: (host) => `Vous vous connectez chez ${host}. Votre mot de passe y reste.`,
    goOn: (service) => `Continuer vers ${service}`,
    unexpected: 'Vous ne vous y attendiez pas ? Fermez la page, et rien ne sera connecté.',
    standardScopes: {
      openid: 'savoir quel compte est le vôtre',
      profile: 'voir votre nom et votre profil public',
      email: 'voir votre adresse e-mail',
      offline_access: 'garder cet accès en votre absence, jusqu’à son retrait',
    },
  },
  form: {
    asks: (organisation, service) =>
      `${organisation} demande les identifiants que ${service} vous a donnés, pour y travailler en votre nom.`,
    save: 'Connecter',
    optional: '(facultatif)',
    choose: 'Veuillez choisir',
    secret: 'Conservé chiffré, et jamais réaffiché.',
    tested: (service) => `C’est essayé chez ${service} avant d’être enregistré.`,
    check: 'Veuillez vérifier les champs signalés.',
    secretsAgain: 'Ce qui est secret doit être saisi à nouveau.',
    missing: 'Cette information est nécessaire.',
    wrongForm: (example) =>
      example === null ? 'Cela ne semble pas correct.' : `Cela ne semble pas correct. Par exemple : ${example}`,
    trials: {
      unknown: (service) =>
        `${service} ne connaît pas cette clé ou ce mot de passe. Vérifiez que tout est complet, encore valable et destiné à ${service}.`,
      refused: (service) => `${service} n’accepte pas ces données. Veuillez vérifier votre saisie.`,
      forbidden: (service) =>
        `${service} reconnaît ces données, mais n’autorise pas ce qui est nécessaire. Demandez-y plus de droits.`,
      not_found: (service) =>
        `${service} n’a rien sous ce nom. Vérifiez les noms et adresses, par exemple celui d’un compte.`,
      busy: (service) =>
        `${service} a reçu trop de demandes. Rien n’a été enregistré ; réessayez dans quelques minutes.`,
      in_trouble: (service) => `${service} rencontre un problème. Rien n’a été enregistré ; réessayez plus tard.`,
      not_as_expected: (service) => `${service} n’a pas répondu comme prévu. Rien n’a été enregistré.`,
      unknown_host: (service) => `L’adresse de ${service} est introuvable. Vérifiez les noms et adresses saisis.`,
      timed_out: (service) =>
        `${service} n’a pas répondu à temps. Rien n’a été enregistré ; réessayez dans un instant.`,
      unreachable: (service) => `${service} est injoignable. Rien n’a été enregistré ; réessayez dans un instant.`,
      not_callable: (service) =>
        `${service} ne peut pas être appelé ainsi. Vérifiez votre saisie ; si elle est juste, prévenez la personne qui vous a envoyé le lien.`,
    },
    answered: (service, status, said) => `${service} a répondu ${status}${said ? ` : « ${said} »` : '.'}`,
  },
  device: {
    enter: (service) => `Ouvrez cette adresse de ${service} sur un appareil quelconque et saisissez le code :`,
    compare: 'Le code affiché là-bas doit être celui que vous voyez ici. Cette page continue d’elle-même.',
  },
  connected: {
    title: 'Connecté',
    text: 'Tout s’est bien passé. Vous pouvez fermer cette page.',
    service: (organisation, service) =>
      `Tout s’est bien passé : ${organisation} peut maintenant utiliser ${service} en votre nom. Vous pouvez fermer cette page.`,
  },
  reference: 'Référence',
  problems: {
    link_spent: {
      title: 'Ce lien n’est plus utilisable',
      text: 'Un lien sert une seule fois et peu de temps. Celui-ci a été utilisé, a expiré ou est incomplet.',
      todo: 'Demandez un nouveau lien à la personne qui vous l’a envoyé, et ouvrez-le rapidement.',
    },
    link_opened_elsewhere: {
      title: 'Ce lien a été ouvert dans un autre navigateur',
      text: 'Pour votre sécurité, un lien ne fonctionne que dans le navigateur qui l’a ouvert en premier. Rien n’a été connecté ici.',
      todo: 'Continuez dans ce navigateur-là, ou demandez un lien à vous. Un lien n’est pas fait pour être transmis.',
    },
    too_many_tries: {
      title: 'Trop d’essais',
      text: 'Pour protéger votre compte, un lien ne permet que quelques essais. Rien n’a été enregistré.',
      todo: 'Vérifiez ce que le service vous a donné, et demandez un nouveau lien.',
    },
    too_many_requests: {
      title: 'Un instant, s’il vous plaît',
      text: 'Un très grand nombre de demandes arrivent de votre connexion. Rien n’a été connecté et rien n’est perdu.',
      todo: 'Patientez quelques secondes, puis ouvrez de nouveau le lien.',
    },
    sent_from_elsewhere: {
      title: 'Veuillez ouvrir le lien vous-même',
      text: 'Un autre site a tenté de continuer à votre place. Rien n’a été connecté.',
      todo: 'Ouvrez le lien que vous avez reçu, et continuez sur notre page.',
    },
    flow_unknown: {
      title: 'Nous ne vous attendions pas ici',
      text: 'Cette réponse ne correspond à rien de ce qui a été commencé ici, ou à quelque chose de terminé.',
      todo: 'Recommencez avec un nouveau lien. Revenir en arrière ou recharger n’y change rien : une réponse compte une fois.',
    },
    flow_expired: {
      title: 'Cela a pris trop de temps',
      text: 'Le début est si ancien que la réponse n’est plus acceptée. Rien n’a été connecté.',
      todo: 'Demandez un nouveau lien, et terminez d’une traite.',
    },
    other_browser: {
      title: 'Cela a été commencé dans un autre navigateur',
      text: 'Seul le navigateur qui a ouvert le lien peut terminer. Rien n’a été connecté.',
      todo: 'Ouvrez un nouveau lien dans ce navigateur, cookies autorisés. Si quelqu’un vous a envoyé cette adresse, n’y touchez pas.',
    },
    other_api_service: {
      title: 'Cette réponse est arrivée à la mauvaise adresse',
      text: 'Vous avez commencé avec un autre service que celui de cette adresse. Rien n’a été connecté.',
      todo: 'Recommencez avec un nouveau lien. Si cela se reproduit, prévenez la personne qui vous l’a envoyé.',
    },
    other_account: {
      title: 'C’était un autre compte',
      text: 'Vous vous êtes connecté avec un autre compte que celui qui est relié. Rien n’a été changé.',
      todo: 'Demandez un nouveau lien, et utilisez le compte d’avant.',
    },
    endpoints_changed: {
      title: 'Quelque chose a changé entre-temps',
      text: 'Pendant votre absence, le service a été reconfiguré ici. Rien n’a été connecté.',
      todo: 'Recommencez avec un nouveau lien.',
    },
    access_denied: {
      title: 'L’accès n’a pas été autorisé',
      text: 'Le service nous indique que vous, ou votre organisation, n’avez pas autorisé l’accès. Rien n’a été connecté.',
      todo: 'Si c’est votre souhait, il n’y a rien d’autre à faire. Sinon, demandez un nouveau lien.',
    },
    set_up_wrongly: {
      title: 'Quelque chose est mal configuré',
      text: 'Ce n’est pas votre faute : le service n’accepte pas notre demande. Rien n’a été connecté.',
      todo: 'Prévenez la personne qui vous a envoyé le lien, avec la référence ci-dessous. Un nouveau lien n’aidera qu’ensuite.',
    },
    provider_trouble: {
      title: 'Le service a des difficultés en ce moment',
      text: 'Il n’a pas répondu comme il le devrait. Rien n’a été connecté.',
      todo: 'Réessayez plus tard, avec un nouveau lien.',
    },
    not_from_provider: {
      title: 'Cette réponse ne vient pas du service',
      text: 'Quelque chose ou quelqu’un s’est interposé. Rien n’a été connecté.',
      todo: 'Recommencez avec un nouveau lien. Si cela se reproduit, prévenez la personne qui vous l’a envoyé.',
    },
    start_again: {
      title: 'Cela n’a pas fonctionné',
      text: 'Le service n’a pas accepté la réponse que vous en avez rapportée. Rien n’a été connecté.',
      todo: 'Recommencez avec un nouveau lien, et terminez d’une traite.',
    },
    not_there: {
      title: 'Il n’y a plus rien ici',
      text: 'Ce pour quoi ce lien a été créé a été supprimé.',
      todo: 'Demandez à la personne qui vous l’a envoyé.',
    },
    our_trouble: {
      title: 'Quelque chose s’est mal passé ici',
      text: 'C’est notre faute, pas la vôtre. Rien n’a été connecté.',
      todo: 'Réessayez plus tard avec un nouveau lien. Si cela persiste, prévenez la personne qui vous l’a envoyé, avec la référence ci-dessous.',
    },
  },
};
