import { PasswordInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Schema } from '../../client/credentials';
import { faultOf } from '../../client/problem';
import { FormModal } from '../../parts/form-modal';
import { useAmendment } from './amendment';

/** By name, what a manifest asks for besides the client's secret. */
export type DeclaredSecrets = Record<string, { label?: string; help?: string }>;

/** A manifest in the editor is anything that its author typed. */
export function declaredIn(manifest: Record<string, unknown>): DeclaredSecrets {
  const secrets = manifest['secrets'];
  return typeof secrets === 'object' && secrets !== null ? (secrets as DeclaredSecrets) : {};
}

interface ServiceSecretsProps {
  of: DeclaredSecrets;
  values: Record<string, string>;
  onValues: (values: Record<string, string>) => void;
  fault: (pointer: string) => string | undefined;
}

/** A field for each. */
export const ServiceSecrets = ({ of, values, onValues, fault }: ServiceSecretsProps) =>
  Object.entries(of).map(([name, { label, help }]) => (
    <PasswordInput
      key={name}
      label={label ?? name}
      autoComplete="off"
      description={help}
      required
      value={values[name] ?? ''}
      error={fault(`/secrets/${name}`)}
      onChange={(event) => onValues({ ...values, [name]: event.currentTarget.value })}
    />
  ));

interface SecretsWindowProps {
  slug: string;
  title: string;
  verb: string;
  of: DeclaredSecrets;
  /** What is changed together with them. */
  besides?: Omit<Schema['ApiServiceAmendment'], 'secrets'>;
  onClose: () => void;
  children: ReactNode;
}

/** Asks for them, and amends the API service with what was given. */
export function SecretsWindow({ slug, title, verb, of, besides, onClose, children }: SecretsWindowProps) {
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const amend = useAmendment(slug, onClose);
  const asked = Object.keys(of).length > 0;
  const making = { ...amend, mutate: () => amend.mutate({ ...besides, ...(asked && { secrets }) }) };
  return (
    <FormModal title={title} verb={verb} making={making} onClose={onClose}>
      {children}
      <ServiceSecrets
        of={of}
        values={secrets}
        onValues={setSecrets}
        fault={(pointer) => faultOf(amend.error, pointer)}
      />
    </FormModal>
  );
}
