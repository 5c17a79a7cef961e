import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';

/** A change of one API service; what is not named stays. */
export function useAmendment(slug: string, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema['ApiServiceAmendment']) =>
      told(credentials.PATCH('/v1/api-services/{slug}', { params: { path: { slug } }, body })),
    onSuccess: async () => {
      onDone?.();
      await queries.invalidateQueries({ queryKey: ['api-services'] });
      notifications.show({ title: 'Saved', message: 'It counts from the next request on.' });
    },
  });
}
