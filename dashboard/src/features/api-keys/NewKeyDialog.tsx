import { useMutation, useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { type ApiKey, apiKeysQuery } from '../../api/project.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { Select } from '../../components/Select.tsx';
import { splitList } from '../../components/split-list.ts';
import { FirstRequest } from './FirstRequest.tsx';
import { IssuedKey } from './IssuedKey.tsx';
import { PERMISSIONS } from './permissions.ts';

const DAY_MS = 86_400_000;
const EXPIRIES = [
  { value: '', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
];

/** Makes a key, then shows it: this once. */
export function NewKeyDialog({
  projectId,
  isOwner,
  onClose,
}: {
  projectId: string;
  isOwner: boolean;
  onClose(): void;
}) {
  const [name, setName] = useState('');
  const [permission, setPermission] = useState<ApiKey['permission']>('full_access');
  const [days, setDays] = useState('');
  const [limits, setLimits] = useState({ domains: '', networks: '' });
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      call('POST /api/projects/:projectId/api-keys', {
        params: { projectId },
        body: {
          name,
          permission,
          ...(limits.domains.trim() !== '' && { domains: splitList(limits.domains) }),
          ...(limits.networks.trim() !== '' && { networks: splitList(limits.networks) }),
          ...(days !== '' && { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
        },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: apiKeysQuery(projectId).queryKey }),
  });
  if (create.data)
    return (
      <Dialog title="Your new API key" onClose={onClose} isHeld>
        <IssuedKey apiKey={create.data.key} name={name.trim()} onDone={onClose} />
        {permission === 'full_access' && <FirstRequest apiKey={create.data.key} />}
      </Dialog>
    );
  const domainsError = findFieldError(create.error, 'domains');
  const networksError = findFieldError(create.error, 'networks');
  const otherError = domainsError || networksError ? undefined : create.error?.message;
  return (
    <FormDialog
      title="New API key"
      submitLabel="Create key"
      isDisabled={name.trim() === ''}
      isBusy={create.isPending}
      onSubmit={() => create.mutate()}
      onClose={onClose}
    >
      <Field
        label="Name"
        placeholder="production"
        hint="For example “production” – so you know what will break if you revoke it."
        value={name}
        required
        maxLength={100}
        autoFocus
        autoComplete="off"
        error={findFieldError(create.error, 'name') ?? otherError}
        onChange={(event) => setName(event.target.value)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label="Permission"
          value={permission}
          options={isOwner ? PERMISSIONS : PERMISSIONS.filter(({ value }) => value !== 'mail_server')}
          onChange={(event) => setPermission(event.target.value as ApiKey['permission'])}
        />
        <Select label="Expires" value={days} options={EXPIRIES} onChange={(event) => setDays(event.target.value)} />
      </div>
      <Field
        label="Domains (optional)"
        placeholder="example.com, example.org"
        hint="The key works for these domains only. Leave empty for all."
        value={limits.domains}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={domainsError}
        onChange={(event) => setLimits({ ...limits, domains: event.target.value })}
      />
      <Field
        label="Networks (optional)"
        placeholder="192.0.2.0/24, 2001:db8::/32"
        hint="The key works from these addresses only. Leave empty for any."
        value={limits.networks}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={networksError}
        onChange={(event) => setLimits({ ...limits, networks: event.target.value })}
      />
      {permission === 'mail_server' && (
        <p role="note" className="flex max-w-prose gap-2 text-small text-attention">
          <TriangleAlert aria-hidden="true" size={16} className="mt-0.5 shrink-0" />
          This key can read the private keys of every verified domain of this project. Anyone who has it can sign mail
          as these domains, even after you revoke it, until their DKIM keys are replaced. Keep it on your mail server
          only.
        </p>
      )}
    </FormDialog>
  );
}
