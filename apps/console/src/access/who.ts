import { useQuery } from '@tanstack/react-query';
import { clientOf } from '../client/client';
import type { paths } from '../client/generated/credentials';
import { told } from '../client/problem';
import { useMay } from '../frame/session';
import { nameOf } from './actor-name';

const doors = clientOf<Pick<paths, '/v1/keys'>>();

export const useKeys = (enabled = true) =>
  useQuery({ queryKey: ['keys'], queryFn: () => told(doors.GET('/v1/keys')), enabled });

/** Names whoever did something as people know them, as far as the role may know the workspace's keys. */
export function useNames(): (actor: string) => string {
  const keys = useKeys(useMay('admin', 'auditor')).data?.items ?? [];
  return (actor) => nameOf(actor, keys);
}
