import type { TokenKind } from '@lockkeeper/manifests';
import type { OAuthTarget } from './oauth-target.js';
import type { RevocationProof, RevocationReceipt } from './revocation-receipt.js';
import { introspectToken } from './token-introspection.js';
import { heldKinds, type RevocableTokens } from './token-revocation.js';
import { testToken } from './token-test.js';
import type { TraceStep } from './trace.js';
import type { Wire } from './wire.js';

interface Findings {
  proof: RevocationProof | null;
  trace: TraceStep[];
}

/**
 * Finds out, by introspection or else by a test call, whether what was revoked is dead, and corrects the receipt: a confirmation whose
 * token still lives is none, and a token that is found dead needs no confirmation. What isn't decided yet is left as it is.
 */
export async function proveRevocation(
  wire: Wire,
  target: OAuthTarget,
  { tokens, receipt }: { tokens: RevocableTokens; receipt: RevocationReceipt },
): Promise<RevocationReceipt> {
  if (receipt.outcome !== 'revoked' && receipt.outcome !== 'unproved') return receipt;
  const { proof, trace } = await findings(wire, target, tokens);
  if (proof === null) return { ...receipt, trace: [...receipt.trace, ...trace] };
  return {
    ...receipt,
    outcome: outcomeBy(proof, receipt),
    detail: `${receipt.detail} ${proof.detail}`,
    trace: [...receipt.trace, ...trace],
    proof,
    notProved: receipt.notProved.filter((kind) => !proof.dead.includes(kind)),
  };
}

function outcomeBy(
  { dead, alive }: RevocationProof,
  { outcome, requests }: RevocationReceipt,
): RevocationReceipt['outcome'] {
  if (alive.length > 0) return 'unproved';
  const doubtful = requests.filter((request) => request.outcome === 'unproved');
  return doubtful.every(({ token }) => dead.includes(token)) ? 'revoked' : outcome;
}

function findings(wire: Wire, target: OAuthTarget, tokens: RevocableTokens): Promise<Findings> {
  if (target.manifest.introspect) return byIntrospection(wire, target, tokens);
  if (target.manifest.test && tokens.accessToken !== null) return byTest(wire, target, tokens);
  return Promise.resolve({ proof: null, trace: [] });
}

async function byIntrospection(wire: Wire, target: OAuthTarget, tokens: RevocableTokens): Promise<Findings> {
  const found: { kind: TokenKind; active: boolean | null; detail: string; trace: TraceStep[] }[] = [];
  for (const kind of heldKinds(tokens))
    found.push({ kind, ...(await introspectToken(wire, target, { tokens, token: kind })) });
  const those = (active: boolean): TokenKind[] => found.filter((one) => one.active === active).map(({ kind }) => kind);
  const detail = found.map((one) => `${one.kind}: ${one.detail}`).join(' ');
  const trace = found.flatMap((one) => one.trace);
  const proof: RevocationProof = { by: 'introspection', dead: those(false), alive: those(true), detail };
  return { proof: proof.dead.length + proof.alive.length > 0 ? proof : null, trace };
}

/** Only what the API means by a dead token is proof of one; a 403 or a 500 is proof of nothing. */
async function byTest(wire: Wire, target: OAuthTarget, tokens: RevocableTokens): Promise<Findings> {
  const { accessToken, tokenType, captured = {} } = tokens;
  const { ok, status, trace } = await testToken(wire, target, { accessToken: accessToken!, tokenType, captured });
  const refused = status !== null && target.manifest.use.refusedStatuses.includes(status);
  if (!ok && !refused) return { proof: null, trace };
  const kinds: TokenKind[] = ['access_token'];
  const detail = refused
    ? `The API refuses the access token now: it answered ${status}.`
    : 'The API still takes the access token; it may do so until the token expires.';
  return { proof: { by: 'test', dead: refused ? kinds : [], alive: refused ? [] : kinds, detail }, trace };
}
