import type { Account } from 'oidc-provider';

/** Who consents when nobody was named. */
export const DEFAULT_LOGIN = 'alice';

const LOGIN = /^[a-z0-9][a-z0-9._@+-]{0,63}$/i;

/** Every well-formed login is an account here, and none has a password. Null if it isn't well-formed. */
export const accountNamed = (login: unknown): string | null =>
  typeof login === 'string' && LOGIN.test(login) ? login.toLowerCase() : null;

export interface Profile {
  sub: string;
  name: string;
  email: string;
}

export function profileOf(login: string): Profile {
  const [local] = login.split('@') as [string];
  return {
    sub: login,
    name: local.charAt(0).toUpperCase() + local.slice(1),
    email: login.includes('@') ? login : `${login}@sandbox.example`,
  };
}

export function findAccount(_ctx: unknown, sub: string): Account | undefined {
  const login = accountNamed(sub);
  if (login === null) return undefined;
  return { accountId: login, claims: () => ({ ...profileOf(login) }) };
}
