import { EVENT_TYPES } from '@lockkeeper/contracts';
import { MultiSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accessTokens, type Schema } from '../../client/access-tokens';
import { told } from '../../client/problem';
import { FormModal } from '../../parts/form-modal';

type Input = Schema['WebhookInput'];
const SCHEMES = [
  { value: 'hmac-sha256', label: 'A shared secret' },
  { value: 'ed25519', label: 'Our public key' },
];

interface NewWebhookProps {
  consumer: string;
  onClose: () => void;
  onMade: (secret: string | null) => void;
}

export function NewWebhook({ consumer, onClose, onMade }: NewWebhookProps) {
  const queries = useQueryClient();
  const [url, setUrl] = useState('');
  const [scheme, setScheme] = useState('hmac-sha256');
  const [types, setTypes] = useState<string[]>([]);
  const make = useMutation({
    mutationFn: () => {
      const body = { url, consumer, scheme, types } as Input;
      return told(accessTokens.POST('/v1/webhooks', { body }));
    },
    onSuccess: ({ secret }) => {
      onClose();
      onMade(secret);
      return queries.invalidateQueries({ queryKey: ['webhooks'] });
    },
  });
  return (
    <FormModal onClose={onClose} title="New webhook" verb="Make it" making={make}>
      <TextInput
        label="Address"
        description="Sealed: whoever knows it could post there."
        type="url"
        placeholder="https://"
        required
        data-autofocus
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <MultiSelect
        label="Events"
        description="None named: all of them."
        data={[...EVENT_TYPES]}
        value={types}
        onChange={setTypes}
      />
      <div className="stack-tight">
        <span>Signed so that the program can check it with</span>
        <SegmentedControl aria-label="Signed with" data={SCHEMES} value={scheme} onChange={setScheme} />
      </div>
    </FormModal>
  );
}
