import { Button, Select, TagsInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { credentials } from '../../client/credentials';
import { told } from '../../client/problem';
import { Trouble } from '../../parts/problem-note';
import { Window } from '../../parts/window';
import { type ApiService, useApiServices } from '../queries';

interface Field {
  label?: string;
  help?: string;
  example?: string;
}

/** What the manifest asks of each connection. */
const fieldsOf = (apiService: ApiService | undefined): [string, Field][] =>
  Object.entries((apiService?.manifest.fields as Record<string, Field> | undefined) ?? {});

export function NewConnection({ apiService, onClose }: { apiService: string | undefined; onClose: () => void }) {
  const apiServices = useApiServices().data?.items.filter(({ status }) => status !== 'retired') ?? [];
  const [slug, setSlug] = useState<string | null>(apiService ?? null);
  const [user, setUser] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [params, setParams] = useState<Record<string, string>>({});
  const chosen = apiServices.find((one) => one.slug === (slug ?? apiServices[0]?.slug));
  const open = useOpening();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ''));
    open.mutate({
      apiService: chosen!.slug,
      user,
      ...(scopes.length > 0 && { scopes }),
      ...(Object.keys(given).length > 0 && { params: given }),
    });
  };
  return (
    <Window opened onClose={onClose} title="New connection">
      <form className="stack" onSubmit={submit}>
        <Select
          label="API service"
          searchable
          allowDeselect={false}
          data={apiServices.map((one) => ({ value: one.slug, label: one.name }))}
          value={chosen?.slug ?? null}
          onChange={setSlug}
        />
        <TextInput
          label="User"
          description="Any id that you like: an e-mail, an item’s id. Programs ask for the token by it."
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          required
          data-autofocus
        />
        {fieldsOf(chosen).map(([name, field]) => (
          <TextInput
            key={name}
            label={field.label ?? name}
            description={field.help}
            placeholder={field.example}
            value={params[name] ?? ''}
            onChange={(event) => setParams({ ...params, [name]: event.currentTarget.value })}
          />
        ))}
        <TagsInput
          label="Scopes"
          description={
            chosen?.scopes.length ? `If none is named: ${chosen.scopes.join(' ')}` : 'None unless you name some.'
          }
          value={scopes}
          onChange={setScopes}
          splitChars={[' ', ',']}
        />
        <Trouble error={open.error} />
        <div className="row-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={open.isPending} disabled={!chosen}>
            Make it, and its link
          </Button>
        </div>
      </form>
    </Window>
  );
}

/** Makes the connection (or finds it), and goes to it with its link. */
function useOpening() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: { apiService: string; user: string; scopes?: string[]; params?: Record<string, string> }) =>
      told(credentials.POST('/v1/connections', { body })),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['connections'] });
      await navigate(`/connections/${id}?link`);
    },
  });
}
