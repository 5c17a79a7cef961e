/** NATS wildcards: `*` stands for one token, `>` for one or more at the end. */
export function subjectMatches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const given = subject.split('.');
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return given.length > index;
    if (given[index] === undefined || (token !== '*' && token !== given[index])) return false;
  }
  return wanted.length === given.length;
}

/** `lockkeeper.publications.c1` read by `access-tokens` from `PUBLICATIONS` → `lockkeeper.dead-letters.PUBLICATIONS.access-tokens.publications.c1` */
export function deadLetterSubject(stream: string, durable: string, subject: string): string {
  return `lockkeeper.dead-letters.${stream}.${durable}.${subject.replace(/^lockkeeper\./, '')}`;
}
