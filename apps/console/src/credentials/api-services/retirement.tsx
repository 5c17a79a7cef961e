import { ActionIcon, Menu } from '@mantine/core';
import { IconArchive, IconDots } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { credentials } from '../../client/credentials';
import { told } from '../../client/problem';
import { useMay } from '../../frame/session';
import { Confirm } from '../../parts/confirm';
import { type ApiService, useConnectionCounts } from '../queries';

/** Says how many connections it will take along. */
export function Retirement({ of }: { of: ApiService }) {
  const admin = useMay('admin');
  const [asked, setAsked] = useState(false);
  if (!admin || of.status === 'retired') return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More actions">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" leftSection={<IconArchive size={16} />} onClick={() => setAsked(true)}>
            Retire…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asked && <Question of={of} onClose={() => setAsked(false)} />}
    </>
  );
}

function Question({ of, onClose }: { of: ApiService; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const counts = useConnectionCounts({ apiService: of.slug }).data;
  const living = counts ? counts.active + counts.refresh_failing + counts.reauthorization_required : null;
  const retire = useMutation({
    mutationFn: () =>
      told(
        credentials.DELETE('/v1/api-services/{slug}', { params: { path: { slug: of.slug }, query: { force: true } } }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['api-services'] });
      await navigate('/api-services');
    },
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title={`Retire ${of.name}`}
      name={of.slug}
      verb="Retire it"
      busy={retire.isPending}
      error={retire.error}
      onConfirm={() => retire.mutate()}
    >
      <p>
        {living === null ? 'Its living connections' : <strong>{living.toLocaleString('en')} living connections</strong>}{' '}
        are revoked, here and at the provider, and the client’s secret is erased once that is done. It can’t be brought
        back.
      </p>
    </Confirm>
  );
}
