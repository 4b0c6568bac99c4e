import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  DNS_PROVIDER_NAMES,
  type DnsProviderName,
  listSettings,
  PROVIDER_TABLE,
  type ProviderSetting,
} from '../../../../server/src/core/publishing/provider-table.ts';
import { call } from '../../api/call.ts';
import { dnsConnectionsQuery } from '../../api/dns-connections.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Field } from '../../components/Field.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { FormError } from '../../components/FormError.tsx';
import { PasswordField } from '../../components/PasswordField.tsx';
import { Select } from '../../components/Select.tsx';
import { showToast } from '../../components/toast-store.ts';

const PROVIDERS = DNS_PROVIDER_NAMES.map((name) => ({ value: name, label: PROVIDER_TABLE[name].title }));

/** Adds a connection: the server tries it first, and says what it lacks. */
export function AddConnectionDialog({ projectId, onClose }: { projectId: string; onClose(): void }) {
  const [provider, setProvider] = useState<DnsProviderName>('cloudflare');
  const [name, setName] = useState('');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const client = useQueryClient();
  const settings = listSettings(provider);
  const add = useMutation({
    mutationFn: () => {
      const given = settings.flatMap(([key]) => (values[key]?.trim() ? [[key, values[key] ?? '']] : []));
      return call('POST /api/projects/:projectId/dns-connections', {
        params: { projectId },
        body: {
          name: name.trim() || PROVIDER_TABLE[provider].title,
          provider,
          settings: Object.fromEntries(given) as Record<string, string>,
        },
      });
    },
    onSuccess: async ({ name: added }) => {
      await client.invalidateQueries({ queryKey: dnsConnectionsQuery(projectId).queryKey });
      showToast(`Added ${added}`);
      onClose();
    },
  });
  const isMissing = settings.some(([key, { fallback }]) => fallback === null && !values[key]?.trim());
  const errorOf = (field: string) => findFieldError(add.error, field);
  const isTold = errorOf('name') || settings.some(([key]) => errorOf(`settings.${key}`));
  return (
    <FormDialog
      title="Add DNS connection"
      submitLabel="Test and add"
      isDisabled={isMissing}
      isBusy={add.isPending}
      onSubmit={() => add.mutate()}
      onClose={onClose}
    >
      <Select
        label="Provider"
        value={provider}
        options={PROVIDERS}
        autoFocus
        onChange={(event) => {
          setProvider(event.target.value as DnsProviderName);
          setValues({});
          add.reset();
        }}
      />
      <Field
        label="Name (optional)"
        hint="To tell connections apart."
        placeholder={PROVIDER_TABLE[provider].title}
        value={name}
        maxLength={100}
        autoComplete="off"
        error={errorOf('name')}
        onChange={(event) => setName(event.target.value)}
      />
      {settings.map(([key, setting]) => (
        <SettingField
          key={`${provider} ${key}`}
          setting={setting}
          value={values[key] ?? ''}
          // The server's message has the API's name for the setting.
          error={errorOf(`settings.${key}`)?.replaceAll(`settings.${key}`, setting.label)}
          onChange={(value) => setValues((before) => ({ ...before, [key]: value }))}
        />
      ))}
      <p className="max-w-prose text-small text-muted">
        Credentials are encrypted and never shown again. They’re tried before they’re saved.
      </p>
      {!isTold && <FormError error={add.error} />}
    </FormDialog>
  );
}

/** The field of one setting, as the table describes it. */
function SettingField({
  setting: { label, help, isSecret, fallback, choices },
  value,
  error,
  onChange,
}: {
  setting: ProviderSetting;
  value: string;
  error: string | undefined;
  onChange(value: string): void;
}) {
  if (choices)
    return (
      <Select
        label={label}
        value={value === '' ? (fallback ?? '') : value}
        options={choices.map((choice) => ({ value: choice, label: choice }))}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  const given = {
    label,
    hint: help,
    value,
    error,
    required: fallback === null,
    autoComplete: 'off',
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  if (isSecret) return <PasswordField {...given} />;
  return (
    <Field
      {...given}
      label={fallback === '' ? `${label} (optional)` : label}
      placeholder={fallback ?? ''}
      autoCapitalize="none"
      spellCheck={false}
    />
  );
}
