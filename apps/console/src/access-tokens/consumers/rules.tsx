import { ActionIcon, Autocomplete, Button, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type Entitlement, useAllTokens } from '../queries';
import { matched } from './matched';

export const ruleText = ({ apiService, user }: Entitlement): string => {
  const where = apiService === '*' ? 'every API service' : apiService;
  return user ? `${user} at ${where}` : `all users of ${where}`;
};

const SHOWN = 5;

/** What a consumer may use, as rules, with what they cover at the moment. */
export function Rules({ rules, onChange }: { rules: Entitlement[]; onChange: (rules: Entitlement[]) => void }) {
  const tokens = useAllTokens().data?.items ?? [];
  const slugs = [...new Set(tokens.map(({ apiService }) => apiService))];
  const change = (at: number, part: Partial<Entitlement>): void =>
    onChange(rules.map((rule, index) => (index === at ? { ...rule, ...part } : rule)));
  return (
    <fieldset className="rules stack">
      <legend>It may use</legend>
      {rules.map((rule, index) => (
        <div className="rule" key={index}>
          <Autocomplete
            label="API service"
            placeholder="a slug, or * for all"
            required
            data={['*', ...slugs]}
            value={rule.apiService}
            onChange={(apiService) => change(index, { apiService })}
          />
          <TextInput
            label="User"
            placeholder="all users"
            value={rule.user ?? ''}
            onChange={(event) => change(index, { user: event.currentTarget.value || null })}
          />
          <ActionIcon
            variant="subtle"
            size={36}
            aria-label={`Remove the rule: ${ruleText(rule)}`}
            onClick={() => onChange(rules.filter((_, at) => at !== index))}
          >
            <IconX size={16} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...rules, { apiService: '', user: null }])}
        >
          Another rule
        </Button>
      </div>
      <Preview rules={rules} tokens={tokens} />
    </fieldset>
  );
}

type Token = { apiService: string; user: string };

function Preview({ rules, tokens }: { rules: Entitlement[]; tokens: Token[] }) {
  const covered = matched(rules, tokens);
  if (covered.length === 0) return <p className="soft small">These rules cover no connection at the moment.</p>;
  const names = covered.slice(0, SHOWN).map(({ user, apiService }) => `${user} at ${apiService}`);
  return (
    <p className="small" role="status">
      <strong>
        Covers {covered.length} of {tokens.length} connections:
      </strong>{' '}
      {names.join(', ')}
      {covered.length > SHOWN && ` and ${covered.length - SHOWN} more`}
    </p>
  );
}
