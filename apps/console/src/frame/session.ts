import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect } from 'react';
import { clientOf, SIGNED_OUT } from '../client/client';
import type { paths } from '../client/generated/credentials';
import { ApiProblem, told } from '../client/problem';
import type { Session } from './workspace';

/** The doors for signing in are the same in both workspaces. */
const doors = clientOf<Pick<paths, '/v1/session' | '/v1/sessions' | '/v1/sign-in'>>();

const SESSION = ['session'];

/** Null: nobody is signed in. */
export function useSessionQuery() {
  const queries = useQueryClient();
  useEffect(() => {
    const gone = (): void => void queries.setQueryData(SESSION, null);
    window.addEventListener(SIGNED_OUT, gone);
    return () => window.removeEventListener(SIGNED_OUT, gone);
  }, [queries]);
  return useQuery({
    queryKey: SESSION,
    queryFn: async (): Promise<Session | null> => {
      // Asked first, because it refuses nobody: a page that nobody is signed in to isn't an error.
      if (!(await told(doors.GET('/v1/sign-in'))).signedIn) return null;
      try {
        return await told(doors.GET('/v1/session'));
      } catch (error) {
        if (error instanceof ApiProblem && error.problem.status === 401) return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { key: string } | { ticket: string }) => told(doors.POST('/v1/session', { body })),
    onSuccess: (session) => queries.setQueryData(SESSION, session),
  });
}

/** Whatever the server says: this page forgets all that it showed. */
export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (everywhere: boolean) => told(everywhere ? doors.DELETE('/v1/sessions') : doors.DELETE('/v1/session')),
    onSettled: () => {
      // The session's own query stays: who watches it is told by it that nobody is signed in.
      queries.setQueryData(SESSION, null);
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
    },
  });
}

export const useSignInWays = () =>
  useQuery({ queryKey: ['sign-in'], queryFn: () => told(doors.GET('/v1/sign-in')), staleTime: Infinity });

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('used outside of a signed-in page');
  return session;
}

/** Shows what the role may do; the server refuses the rest whatever is shown. */
export const useMay = (...roles: string[]): boolean => roles.includes(useSession().role);
