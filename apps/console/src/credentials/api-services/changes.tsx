import { Button, TagsInput } from '@mantine/core';
import { useState } from 'react';
import { Trouble } from '../../parts/problem-note';
import type { ApiService } from '../queries';
import { useAmendment } from './amendment';

export function ScopesChange({ of }: { of: ApiService }) {
  const [scopes, setScopes] = useState(of.scopes);
  const amend = useAmendment(of.slug);
  return (
    <div className="stack">
      <TagsInput
        label="Scopes"
        description="What connections ask for unless they say otherwise, from their next consent on."
        value={scopes}
        onChange={setScopes}
        splitChars={[' ', ',']}
      />
      <Trouble error={amend.error} />
      <div className="row-end">
        <Button loading={amend.isPending} onClick={() => amend.mutate({ scopes })}>
          Save the scopes
        </Button>
      </div>
    </div>
  );
}
