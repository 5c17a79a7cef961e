import type { Words } from './words.js';

export const de: Words = {
  language: 'de',
  connect: {
    title: (service) => `${service} verbinden`,
    asks: (organisation, service) => `${organisation} bittet um Zugriff auf Ihr Konto bei ${service}.`,
    permissions: (organisation) => `${organisation} dürfte dann:`,
    permissionsThere: (service) => `${service} zeigt Ihnen genau, was Sie erlauben, bevor Sie entscheiden.`,
    forWhom: 'Für',
    signIn: (host) => `Sie melden sich bei ${host} an. Ihr Passwort bleibt dort.`,
    goOn: (service) => `Weiter zu ${service}`,
    unexpected: 'Sie haben das nicht erwartet? Schließen Sie die Seite, dann wird nichts verbunden.',
    standardScopes: {
      openid: 'erkennen, welches Konto Ihres ist',
      profile: 'Ihren Namen und Ihr öffentliches Profil sehen',
      email: 'Ihre E-Mail-Adresse sehen',
      offline_access: 'diesen Zugriff auch in Ihrer Abwesenheit behalten, bis er widerrufen wird',
    },
  },
  form: {
    asks: (organisation, service) =>
      `${organisation} bittet um die Zugangsdaten von ${service}, um dort für Sie arbeiten zu können.`,
    save: 'Verbinden',
    optional: '(freiwillig)',
    choose: 'Bitte wählen',
    secret: 'Wird verschlüsselt aufbewahrt und nie wieder angezeigt.',
    tested: (service) => `Vor dem Speichern wird es bei ${service} ausprobiert.`,
    check: 'Bitte prüfen Sie die markierten Felder.',
    secretsAgain: 'Geheimes muss noch einmal eingegeben werden.',
    missing: 'Diese Angabe wird gebraucht.',
    wrongForm: (example) =>
      example === null ? 'Das sieht nicht richtig aus.' : `Das sieht nicht richtig aus. Zum Beispiel: ${example}`,
    trials: {
      unknown: (service) =>
        `${service} kennt diesen Schlüssel oder dieses Passwort nicht. Bitte prüfen Sie, ob alles vollständig, noch gültig und für ${service} bestimmt ist.`,
      refused: (service) => `${service} nimmt das nicht an. Bitte prüfen Sie Ihre Eingaben.`,
      forbidden: (service) =>
        `${service} kennt diese Daten, erlaubt aber nicht, was gebraucht wird. Bitten Sie dort um mehr Rechte.`,
      not_found: (service) =>
        `${service} hat unter diesem Namen nichts. Bitte prüfen Sie Namen und Adressen, etwa die eines Kontos.`,
      busy: (service) =>
        `${service} wurde zu oft gefragt. Es wurde nichts gespeichert; versuchen Sie es in ein paar Minuten noch einmal.`,
      in_trouble: (service) =>
        `${service} hat selbst eine Störung. Es wurde nichts gespeichert; versuchen Sie es später noch einmal.`,
      not_as_expected: (service) => `${service} hat nicht wie erwartet geantwortet. Es wurde nichts gespeichert.`,
      unknown_host: (service) =>
        `Die Adresse von ${service} wurde nicht gefunden. Bitte prüfen Sie eingegebene Namen und Adressen.`,
      timed_out: (service) =>
        `${service} hat nicht rechtzeitig geantwortet. Es wurde nichts gespeichert; versuchen Sie es gleich noch einmal.`,
      unreachable: (service) =>
        `${service} war nicht erreichbar. Es wurde nichts gespeichert; versuchen Sie es gleich noch einmal.`,
      not_callable: (service) =>
        `${service} kann so nicht aufgerufen werden. Bitte prüfen Sie Ihre Eingaben; wenn sie stimmen, sagen Sie es dem, der Ihnen den Link geschickt hat.`,
    },
    answered: (service, status, said) => `${service} hat mit ${status} geantwortet${said ? `: „${said}“` : '.'}`,
  },
  device: {
    enter: (service) => `Öffnen Sie diese Adresse bei ${service} auf irgendeinem Gerät, und geben Sie den Code ein:`,
    compare: 'Dort muss derselbe Code stehen wie hier. Diese Seite geht von selbst weiter.',
  },
  connected: {
    title: 'Verbunden',
    text: 'Es hat geklappt. Sie können diese Seite schließen.',
    service: (organisation, service) =>
      `Es hat geklappt: ${organisation} kann jetzt in Ihrem Namen mit ${service} arbeiten. Sie können diese Seite schließen.`,
  },
  reference: 'Kennung',
  problems: {
    link_spent: {
      title: 'Dieser Link gilt nicht mehr',
      text: 'Ein Link gilt einmal und nur kurze Zeit. Dieser wurde schon benutzt, ist abgelaufen oder unvollständig.',
      todo: 'Bitten Sie den Absender um einen neuen Link, und öffnen Sie ihn bald.',
    },
    link_opened_elsewhere: {
      title: 'Dieser Link wurde in einem anderen Browser geöffnet',
      text: 'Zu Ihrer Sicherheit gilt ein Link nur in dem Browser, der ihn zuerst geöffnet hat. Hier wurde nichts verbunden.',
      todo: 'Machen Sie dort weiter, oder bitten Sie um einen eigenen Link. Links sind nicht zum Weitergeben gedacht.',
    },
    too_many_tries: {
      title: 'Das wurde zu oft versucht',
      text: 'Zum Schutz Ihres Kontos sind mit einem Link nur wenige Versuche möglich. Es wurde nichts gespeichert.',
      todo: 'Prüfen Sie die Angaben des Dienstes, und bitten Sie um einen neuen Link.',
    },
    too_many_requests: {
      title: 'Einen Augenblick bitte',
      text: 'Von Ihrem Anschluss kommen gerade sehr viele Anfragen. Es wurde nichts verbunden, und nichts ist verloren.',
      todo: 'Warten Sie ein paar Sekunden und öffnen Sie den Link noch einmal.',
    },
    sent_from_elsewhere: {
      title: 'Bitte öffnen Sie den Link selbst',
      text: 'Eine andere Website wollte für Sie weitermachen. Es wurde nichts verbunden.',
      todo: 'Öffnen Sie den Link, den Sie bekommen haben, und gehen Sie auf unserer Seite weiter.',
    },
    flow_unknown: {
      title: 'Damit haben wir nicht gerechnet',
      text: 'Diese Antwort gehört zu nichts, was hier begonnen wurde, oder zu etwas, das schon abgeschlossen ist.',
      todo: 'Beginnen Sie mit einem neuen Link. Zurückgehen oder Neuladen hilft nicht: Eine Antwort gilt einmal.',
    },
    flow_expired: {
      title: 'Das hat zu lange gedauert',
      text: 'Der Beginn liegt so weit zurück, dass die Antwort nicht mehr gilt. Es wurde nichts verbunden.',
      todo: 'Bitten Sie um einen neuen Link, und erledigen Sie alles in einem Zug.',
    },
    other_browser: {
      title: 'Begonnen wurde in einem anderen Browser',
      text: 'Nur der Browser, der den Link geöffnet hat, kann abschließen. Es wurde nichts verbunden.',
      todo: 'Öffnen Sie einen neuen Link in diesem Browser und erlauben Sie Cookies. Wenn Ihnen jemand diese Adresse geschickt hat: lieber nicht.',
    },
    other_api_service: {
      title: 'Diese Antwort kam an die falsche Adresse',
      text: 'Sie haben bei einem anderen Dienst begonnen als dem, zu dem diese Adresse gehört. Es wurde nichts verbunden.',
      todo: 'Beginnen Sie mit einem neuen Link. Passiert es wieder, sagen Sie es dem Absender.',
    },
    other_account: {
      title: 'Das war ein anderes Konto',
      text: 'Sie haben sich mit einem anderen Konto angemeldet als dem verbundenen. Es wurde nichts geändert.',
      todo: 'Bitten Sie um einen neuen Link, und melden Sie sich mit dem bisherigen Konto an.',
    },
    endpoints_changed: {
      title: 'Inzwischen wurde etwas geändert',
      text: 'Während Sie unterwegs waren, wurde der Dienst hier neu eingerichtet. Es wurde nichts verbunden.',
      todo: 'Beginnen Sie mit einem neuen Link.',
    },
    access_denied: {
      title: 'Sie haben es nicht erlaubt',
      text: 'Der Dienst meldet, dass der Zugriff nicht erlaubt wurde, von Ihnen oder von Ihrer Organisation. Es wurde nichts verbunden.',
      todo: 'Wenn Sie das so wollen, ist nichts weiter zu tun. Wenn nicht, bitten Sie um einen neuen Link.',
    },
    set_up_wrongly: {
      title: 'Hier ist etwas nicht richtig eingerichtet',
      text: 'Es liegt nicht an Ihnen: Der Dienst nimmt unsere Anfrage so nicht an. Es wurde nichts verbunden.',
      todo: 'Sagen Sie es dem Absender des Links und nennen Sie die Kennung unten. Erst danach hilft ein neuer Link.',
    },
    provider_trouble: {
      title: 'Der Dienst hat gerade Schwierigkeiten',
      text: 'Er hat nicht so geantwortet, wie er sollte. Es wurde nichts verbunden.',
      todo: 'Versuchen Sie es später mit einem neuen Link.',
    },
    not_from_provider: {
      title: 'Diese Antwort kam nicht vom Dienst',
      text: 'Etwas oder jemand kam dazwischen. Es wurde nichts verbunden.',
      todo: 'Beginnen Sie mit einem neuen Link. Passiert es wieder, sagen Sie es dem Absender.',
    },
    start_again: {
      title: 'Das hat nicht geklappt',
      text: 'Der Dienst hat die Antwort nicht angenommen, die Sie von ihm mitgebracht haben. Es wurde nichts verbunden.',
      todo: 'Beginnen Sie mit einem neuen Link, und erledigen Sie alles in einem Zug.',
    },
    not_there: {
      title: 'Hier ist nichts mehr',
      text: 'Wofür dieser Link gemacht wurde, gibt es nicht mehr.',
      todo: 'Fragen Sie den Absender.',
    },
    our_trouble: {
      title: 'Hier ist etwas schiefgegangen',
      text: 'Das ist unser Fehler, nicht Ihrer. Es wurde nichts verbunden.',
      todo: 'Versuchen Sie es später mit einem neuen Link. Bleibt es so, sagen Sie es dem Absender und nennen Sie die Kennung unten.',
    },
  },
};
