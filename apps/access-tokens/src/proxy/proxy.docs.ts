/** What both doors for calls promise, and what they don't. */
const CALL_RULES = `**Where to.** Only below the base URLs that credentials published with the token. Paths with dot segments, in any encoding, are refused;
redirects are handed back, not followed.

**What goes out.** Method, path, query, headers and body as they are, and the credential where the manifest says. Dropped: your own
\`Authorization\`, cookies, hop-by-hop and \`Forwarded\` headers, \`lockkeeper-*\`, and an \`access_token\` in the query.

**What comes back.** Status, headers and body as they are. Dropped: cookies, hop-by-hop headers, and those that would speak to browsers in this
server's name (\`Strict-Transport-Security\`, \`Alt-Svc\`, \`Clear-Site-Data\`). An answer with \`lockkeeper-attempts\` is the API's own; without, ours.

**Tried again.** After 401 (or what the manifest names besides): a newer token is asked for once, however many calls ask at the same time, and
the call is sent once more if its body was at most 256 KiB and sent with a \`Content-Length\`; after a status other than 401 only if the
method is idempotent. A second refusal is handed back; that version isn't renewed again for a minute. After 429 and 503 with \`Retry-After\`: idempotent methods, if the wait fits into the deadline, four requests
at most. After a lost connection: idempotent methods, once.

**Limits** (as installed; an operator may change them). Answer begins within 30 s, retries and waits included; all of it within 120 s; bodies of 256 MiB each way;
256 calls at once for a consumer and 128 for a connection, in each replica.`;

export const PROXY_DESCRIPTION = `Bodies are streamed both ways, and may be of any type. GET and HEAD have none.

${CALL_RULES}`;

export const REQUESTS_DESCRIPTION = `The same as \`/v1/proxy\`, as one JSON: for callers that can't stream, or want one value of the answer.
Request up to 256 KiB, answer up to 5 MiB. The answer's \`status\` is the API's; this door answers 200 whenever the API answered at all.

\`find\` gives the value of the first member of that name, at any depth, in the order of the document. \`jsonPath\` is RFC 9535: a singular query
(only names and indexes) gives its value, any other the list of its values. \`found\` is null where there is nothing.

${CALL_RULES}`;

/** By status, with the codes. */
export const CALL_PROBLEMS = {
  400: '`input_invalid`, `header_unreadable`, `method_refused`, `body_broken`',
  401: '`key_required`: your own key, not the token. The API’s 401 has `lockkeeper-attempts`',
  403: '`url_refused`: not below a base URL; `not_entitled`, `role_refused`, `egress_refused`',
  404: '`connection_unknown`',
  409: '`reauthorization_required`, `revoked`, `token_unusable`',
  413: '`body_too_large`',
  429: '`too_many_calls`: under way at once, of the consumer or the connection',
  502: '`egress_unreachable`, `egress_answer_too_large`',
  503: '`refresh_failing`, `not_yet_published`',
  504: '`egress_timeout`: `phase` tells where the time ran out, `sent` whether the API may have acted',
};
