import type { Context, Next } from 'koa';
import { profileOf } from './accounts.js';
import { nonceOf, type ProofRefusal, refusalOfProof } from './dpop.js';
import type Provider from 'oidc-provider';
import { readText } from './request-body.js';
import type { SandboxState } from './state.js';

const SCOPE = 'api:read';
const MAX_NOTES = 100;

interface Note {
  id: number;
  text: string;
  writtenAt: string;
}

/** What a token is refused with: RFC 6750 section 3.1, RFC 9449 sections 7.1 and 9. */
interface Refusal {
  status: 401 | 403;
  error?: 'invalid_token' | 'insufficient_scope' | ProofRefusal['error'];
  description: string;
}

type Admission = { login: string } | { refusal: Refusal };

/** The protected resource: what one gets tokens for. */
export const protectedApi =
  (provider: Provider, state: SandboxState) =>
  async (ctx: Context, next: Next): Promise<void> => {
    if (!ctx.path.startsWith('/api/')) return next();
    ctx.set({ 'cache-control': 'no-store' });
    const admission = await admit(ctx, provider, state);
    if (ctx.get('dpop') !== '') ctx.set('dpop-nonce', nonceOf(state));
    if ('refusal' in admission) return refuse(ctx, admission.refusal);
    await answer(ctx, state, admission.login);
  };

/** A token opens the door while it lives, its grant lives and it has the scope. */
async function admit(ctx: Context, provider: Provider, state: SandboxState): Promise<Admission> {
  const [, scheme, value] = /^(Bearer|DPoP) +([\w\-.~+/]+=*)$/i.exec(ctx.get('authorization')) ?? [];
  if (value === undefined) return { refusal: { status: 401, description: 'A token is needed' } };
  const token = await provider.AccessToken.find(value);
  const grant = token?.grantId ? await provider.Grant.find(token.grantId) : undefined;
  if (!token || !grant) {
    const description = 'The token is unknown, has expired or was revoked';
    return { refusal: { status: 401, error: 'invalid_token', description } };
  }
  const proven = scheme!.toLowerCase() === 'dpop';
  if (proven !== (token.jkt !== undefined))
    return { refusal: { status: 401, error: 'invalid_token', description: 'The token wants the other scheme' } };
  const refusal =
    token.jkt && (await refusalOfProof(ctx, state, { token: value, jkt: token.jkt, issuer: provider.issuer }));
  if (refusal) return { refusal: { status: 401, ...refusal } };
  if (!token.scopes.has(SCOPE)) {
    return { refusal: { status: 403, error: 'insufficient_scope', description: `The token lacks the scope ${SCOPE}` } };
  }
  return { login: token.accountId };
}

function refuse(ctx: Context, { status, error, description }: Refusal): void {
  // Without credentials in the request there is nothing to find fault with: no error code (RFC 6750 section 3.1).
  const members = error ? `, error="${error}", error_description="${description}"` : '';
  const scope = error === 'insufficient_scope' ? `, scope="${SCOPE}"` : '';
  ctx.status = status;
  const scheme = ctx.get('dpop') === '' ? 'Bearer' : 'DPoP';
  ctx.set('www-authenticate', `${scheme} realm="sandbox"${members}${scope}`);
  ctx.body = { error: error ?? 'unauthorized', error_description: description };
}

async function answer(ctx: Context, state: SandboxState, login: string): Promise<void> {
  const door = `${ctx.method} ${ctx.path}`;
  if (door === 'GET /api/me') ctx.body = { login, ...profileOf(login) };
  else if (door === 'GET /api/notes') ctx.body = { notes: notesOf(state, login) };
  else if (door === 'POST /api/notes') await writeNote(ctx, state, login);
  else if (ctx.path === '/api/echo') ctx.body = await echo(ctx, login);
  else {
    ctx.status = 404;
    ctx.body = { error: 'not_found', error_description: 'The API has /api/me, /api/notes and /api/echo' };
  }
}

const notesOf = (state: SandboxState, login: string): Note[] => state.get<Note[]>(`Notes:${login}`) ?? [];

async function writeNote(ctx: Context, state: SandboxState, login: string): Promise<void> {
  const text = noteText(await readText(ctx));
  if (text === null) {
    ctx.status = 400;
    ctx.body = { error: 'invalid_request', error_description: 'Expected {"text": "…"} of 1 to 1000 characters' };
    return;
  }
  const notes = notesOf(state, login);
  const note: Note = { id: (notes.at(-1)?.id ?? 0) + 1, text, writtenAt: new Date().toISOString() };
  state.set(`Notes:${login}`, [...notes, note].slice(-MAX_NOTES));
  ctx.status = 201;
  ctx.body = note;
}

function noteText(body: string): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null; // not JSON: refused like any other wrong body
  }
  const text = (parsed as { text?: unknown } | null)?.text;
  return typeof text === 'string' && text.length > 0 && text.length <= 1000 ? text : null;
}

/** What arrived, so that callers see what was made of their request; the token itself is never repeated. */
async function echo(ctx: Context, login: string): Promise<object> {
  const headers = { ...ctx.headers, authorization: `${ctx.get('authorization').split(' ', 1)[0]} [accepted]` };
  return { login, method: ctx.method, path: ctx.path, query: ctx.query, headers, body: await readText(ctx) };
}
