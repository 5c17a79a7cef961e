import { Anchor, Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import type { ProblemDocument } from '../client/problem';
import { problemOf } from '../client/problem';
import { ProblemNote } from '../parts/problem-note';
import { Mark } from './mark';
import { useSignIn, useSignInWays } from './session';
import type { Workspace } from './workspace';

/** Where nobody is signed in: with a link's ticket at once, else with a key or at the organisation's provider. */
export function SignIn({ workspace }: { workspace: Workspace }) {
  const { problem, ticket } = useArrival();
  const signIn = useSignIn();
  const { mutate } = signIn;
  useEffect(() => {
    if (ticket) mutate({ ticket });
  }, [ticket, mutate]);
  const trouble = signIn.isError ? problemOf(signIn.error) : problem;
  return (
    <div className="sign-in">
      <main>
        <div className="stack-tight">
          <Mark size={40} />
          <h1>Sign in to {workspace.name}</h1>
          <p className="soft">{WORDS[workspace.name]}</p>
        </div>
        {trouble && <ProblemNote problem={trouble} />}
        {ticket && signIn.isPending ? (
          <p role="status">Signing you in…</p>
        ) : (
          <Ways workspace={workspace} busy={signIn.isPending} onKey={(key) => mutate({ key })} />
        )}
      </main>
    </div>
  );
}

const WORDS = {
  credentials: 'The workspace that holds client secrets and refresh tokens, and shows neither.',
  'access-tokens': 'The workspace from which programs read access tokens.',
};

interface WaysProps {
  workspace: Workspace;
  busy: boolean;
  onKey: (key: string) => void;
}

function Ways({ workspace, busy, onKey }: WaysProps) {
  const [key, setKey] = useState('');
  const ways = useSignInWays();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onKey(key.trim());
  };
  return (
    <>
      {ways.data?.openid && (
        <Button component="a" href="/v1/session/openid" variant="default" size="md">
          Sign in with {ways.data.openid}
        </Button>
      )}
      <form className="stack" onSubmit={submit}>
        <PasswordInput
          label="Key"
          description={`A key of this workspace begins with ${workspace.keyPrefix}`}
          placeholder={`${workspace.keyPrefix}…`}
          autoComplete="off"
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          required
          autoFocus
        />
        <Button type="submit" loading={busy} size="md">
          Sign in
        </Button>
      </form>
      <p className="soft small">
        On the machine that runs Lockkeeper, <code>npm run sign-in</code> prints a link that signs you in once. Programs
        need no sign-in:{' '}
        <Anchor href="/docs" inherit underline="always">
          their doors
        </Anchor>
        .
      </p>
    </>
  );
}

/** What stands after the `#`: a link's ticket, or what the OpenID provider's way ended with. It is taken out of the address at once. */
function useArrival(): { ticket: string | null; problem: ProblemDocument | null } {
  const { hash } = useLocation();
  const [arrival] = useState(() => {
    const told = new URLSearchParams(hash.slice(1));
    const code = told.get('code');
    const [title, detail, hint] = ['title', 'detail', 'hint'].map((name) => told.get(name) ?? '');
    const problem = code ? { code, title: title!, detail: detail!, hint: hint || null, status: 0 } : null;
    return { ticket: told.get('ticket'), problem };
  });
  useEffect(() => {
    if (hash) window.history.replaceState(null, '', window.location.pathname);
  }, [hash]);
  return arrival;
}
