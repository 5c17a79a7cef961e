import { Autocomplete, Button, PasswordInput, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { accessTokens, type Schema } from '../../client/access-tokens';
import { told } from '../../client/problem';
import { useSession } from '../../frame/session';
import { Note } from '../../parts/note';
import { Card, Page } from '../../parts/page';
import { Trouble } from '../../parts/problem-note';
import { useAllTokens } from '../queries';
import { Answer } from './answer';
import { type Draft, requestOf } from './draft';
import { SameCall } from './same-call';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const FIND = [
  { value: 'none', label: 'Find nothing' },
  { value: 'find', label: 'By key' },
  { value: 'jsonPath', label: 'By JSONPath' },
];
const START: Draft = {
  apiService: '',
  user: '',
  method: 'GET',
  url: '/',
  headers: '',
  body: '',
  findBy: 'none',
  wanted: '',
};

/** A call to the API on behalf of a connection; the token never comes here. */
export function Request() {
  const { role } = useSession();
  const [draft, setDraft] = useState(START);
  const [key, setKey] = useState('');
  const call = useMutation({
    mutationFn: (body: Schema['RequestInput']) =>
      told(accessTokens.POST('/v1/requests', { body, ...(key && { headers: { authorization: `Bearer ${key}` } }) })),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    call.mutate(requestOf(draft));
  };
  return (
    <Page
      title="Request"
      about="Call an API on behalf of a connection. Lockkeeper adds the token, and renews it if the API refuses it."
    >
      {role !== 'consumer' && <AsConsumer value={key} onChange={setKey} />}
      <form className="two" onSubmit={submit}>
        <Card title="The call">
          <div className="stack">
            <Fields draft={draft} onChange={(part) => setDraft({ ...draft, ...part })} />
            <div className="row-end">
              <Button type="submit" loading={call.isPending} disabled={role !== 'consumer' && !key}>
                Send it
              </Button>
            </div>
          </div>
        </Card>
        <div className="stack">
          <Trouble error={call.error} />
          {call.data && <Answer of={call.data} sought={call.variables?.find} />}
          <SameCall draft={draft} />
        </div>
      </form>
    </Page>
  );
}

/** Staff decide who may use tokens, and can't use one: the key of whoever may is needed, and stays in this page. */
const AsConsumer = ({ value, onChange }: { value: string; onChange: (key: string) => void }) => (
  <Note>
    <strong>Calls are made by consumers.</strong>
    <p>
      Your role has no token to call with. Give the key of a consumer that may use the connection; it stays in this
      page.
    </p>
    <PasswordInput
      mt={8}
      maw={420}
      label="Consumer’s key"
      placeholder="lkt_…"
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
    />
  </Note>
);

function Fields({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const text = (name: 'apiService' | 'user' | 'url' | 'headers' | 'body' | 'wanted') => ({
    value: draft[name],
    onChange: (event: { currentTarget: { value: string } }) => onChange({ [name]: event.currentTarget.value }),
  });
  const { slugs, users, baseUrls } = useKnown(draft.apiService);
  return (
    <div className="stack">
      <Autocomplete
        label="API service"
        placeholder="sandbox"
        required
        data={slugs}
        value={draft.apiService}
        onChange={(apiService) => onChange({ apiService })}
      />
      <Autocomplete
        label="User"
        placeholder="ada@example.com"
        required
        data={users}
        limit={20}
        value={draft.user}
        onChange={(user) => onChange({ user })}
      />
      <div className="method-and-url">
        <Select
          label="Method"
          data={METHODS}
          allowDeselect={false}
          value={draft.method}
          onChange={(method) => onChange({ method: method as Draft['method'] })}
        />
        <TextInput
          label="URL"
          description={<AllowedBases urls={baseUrls} />}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          required
          {...text('url')}
        />
      </div>
      <Textarea label="Headers" placeholder="accept: application/json" autosize minRows={2} {...text('headers')} />
      <Textarea
        label="Body"
        description="JSON, or any text with its content-type in the headers."
        autosize
        minRows={3}
        {...text('body')}
      />
      <SegmentedControl
        aria-label="Find in the answer"
        data={FIND}
        value={draft.findBy}
        onChange={(findBy) => onChange({ findBy: findBy as Draft['findBy'] })}
      />
      {draft.findBy !== 'none' && (
        <TextInput
          label={draft.findBy === 'find' ? 'Key' : 'JSONPath (RFC 9535)'}
          placeholder={draft.findBy === 'find' ? 'id' : '$.notes[0].id'}
          required
          {...text('wanted')}
        />
      )}
    </div>
  );
}

/** Connections that the role knows of, to choose from; what it doesn't know can be typed. */
function useKnown(apiService: string) {
  const tokens = useAllTokens().data?.items ?? [];
  const its = tokens.filter((token) => token.apiService === apiService);
  return {
    slugs: [...new Set(tokens.map((token) => token.apiService))],
    users: its.map(({ user }) => user),
    baseUrls: [...new Set(its.flatMap(({ apiBaseUrls }) => apiBaseUrls))],
  };
}

const AllowedBases = ({ urls }: { urls: string[] }) =>
  urls.length === 0 ? (
    <>Below one of the API’s base URLs, or a path below the first of them.</>
  ) : (
    <>
      Below {urls.length > 1 && 'one of '}
      {urls.map((url) => (
        <code key={url} className="break">
          {url}{' '}
        </code>
      ))}
      or a path below {urls.length > 1 ? 'the first' : 'it'}: the token travels nowhere else.
    </>
  );
