import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { DashboardBody } from '../../../../../server/src/wire/dashboard/contract.ts';
import { call } from '../../../api/call.ts';
import { domainKey } from '../../../api/domains.ts';
import { findFieldError } from '../../../api/request-error.ts';
import { Field } from '../../../components/Field.tsx';
import { FormDialog } from '../../../components/FormDialog.tsx';
import { FormError } from '../../../components/FormError.tsx';
import { Select } from '../../../components/Select.tsx';
import { TextArea } from '../../../components/TextArea.tsx';
import { showToast } from '../../../components/toast-store.ts';

type NewKey = NonNullable<DashboardBody<'POST /api/projects/:projectId/domains/:domainId/keys'>>;
type Choice = 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'ed25519' | 'import';

const CHOICES: readonly { value: Choice; label: string }[] = [
  { value: 'rsa-2048', label: 'RSA, 2048 bits (recommended)' },
  { value: 'rsa-3072', label: 'RSA, 3072 bits' },
  { value: 'rsa-4096', label: 'RSA, 4096 bits' },
  { value: 'ed25519', label: 'Ed25519 (in addition to RSA)' },
  { value: 'import', label: 'Import an existing key' },
];
const BODIES: Readonly<Record<Exclude<Choice, 'import'>, NewKey>> = {
  'rsa-2048': { type: 'rsa', bits: 2048 },
  'rsa-3072': { type: 'rsa', bits: 3072 },
  'rsa-4096': { type: 'rsa', bits: 4096 },
  ed25519: { type: 'ed25519' },
};
const HINTS: Readonly<Record<Choice, string>> = {
  'rsa-2048': 'Every receiver can verify it.',
  'rsa-3072': 'Some panels can’t take its record in one piece.',
  'rsa-4096': 'Some panels can’t take its record in one piece, and some old receivers don’t verify it.',
  ed25519: 'Mail is signed with both. Receivers that don’t support Ed25519 use the RSA signature.',
  import: 'RSA with 1024 to 4096 bits, or Ed25519. We check it before we store it.',
};

/** Creates a further key, or imports one. The text of a private key stays in its field until it is sent, and nowhere else. */
export function RotateDialog({
  projectId,
  domainId,
  isCname,
  onClose,
}: {
  projectId: string;
  domainId: string;
  /** Whether the key goes behind a CNAME that is published already. */
  isCname: boolean;
  onClose(): void;
}) {
  const [choice, setChoice] = useState<Choice>('rsa-2048');
  const [selector, setSelector] = useState('');
  const privateKey = useRef<HTMLTextAreaElement>(null);
  const client = useQueryClient();
  const create = useMutation({
    // Nothing is given as a variable of the mutation: those are kept after it.
    mutationFn: () => {
      const given = selector.trim();
      const body: NewKey =
        choice === 'import'
          ? { privateKey: privateKey.current?.value ?? '', ...(given !== '' && { selector: given }) }
          : BODIES[choice];
      return call('POST /api/projects/:projectId/domains/:domainId/keys', { params: { projectId, domainId }, body });
    },
    onSuccess: async (key) => {
      if (privateKey.current) privateKey.current.value = '';
      await client.invalidateQueries({ queryKey: domainKey(projectId, domainId) });
      onClose();
      showToast(
        isCname
          ? `Key ${key.selector} created. Signing switches to it automatically.`
          : `Key ${key.selector} created. Publish its DNS record to continue.`,
      );
    },
  });
  const keyError = findFieldError(create.error, 'privateKey');
  const selectorError = findFieldError(create.error, 'selector');
  return (
    <FormDialog
      title="Rotate DKIM key"
      submitLabel={choice === 'import' ? 'Import key' : 'Create key'}
      isBusy={create.isPending}
      onSubmit={() => create.mutate()}
      onClose={onClose}
    >
      <p className="max-w-prose text-muted">
        {isCname
          ? 'The new key goes behind the CNAME that isn’t in use. Nothing changes in your DNS. Signing switches to it once every name server has it.'
          : 'The new key has its own DNS record. Once it’s live on all your name servers we switch signing to it. Keep the old record for 7 more days.'}
      </p>
      <FormError error={keyError || selectorError ? null : create.error} />
      <div>
        <Select
          label="Type"
          value={choice}
          options={isCname ? CHOICES.filter(({ value }) => value !== 'ed25519') : CHOICES}
          onChange={(event) => {
            setChoice(event.target.value as Choice);
            create.reset();
          }}
        />
        <p className="mt-1 text-small text-muted">{HINTS[choice]}</p>
      </div>
      {choice === 'import' && (
        <>
          <TextArea
            ref={privateKey}
            label="Private key (PEM)"
            required
            rows={6}
            maxLength={16_384}
            placeholder="-----BEGIN PRIVATE KEY-----"
            error={keyError}
            hint="Stored encrypted, and never shown again."
          />
          {!isCname && (
            <Field
              label="Selector (optional)"
              value={selector}
              error={selectorError}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              hint="The part of its record’s name before ._domainkey."
              onChange={(event) => setSelector(event.target.value)}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
