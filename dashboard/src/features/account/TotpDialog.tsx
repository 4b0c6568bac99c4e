import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { encode } from 'uqr';
import { call } from '../../api/call.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Field } from '../../components/Field.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';

/** Sets an authenticator app up: it reads the code, and gives its first one. */
export function TotpDialog({
  secret,
  uri,
  onConfirmed,
  onClose,
}: {
  secret: string;
  uri: string;
  onConfirmed(recoveryCodes: readonly string[]): void;
  onClose(): void;
}) {
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => call('POST /api/account/totp/confirm', { body: { code } }),
    onSuccess: ({ recoveryCodes }) => onConfirmed(recoveryCodes),
  });
  return (
    <FormDialog
      title="Set up authenticator app"
      submitLabel="Turn on"
      isBusy={confirm.isPending}
      isDisabled={code.trim() === ''}
      onSubmit={() => confirm.mutate()}
      onClose={onClose}
    >
      <p className="text-muted">Scan the code with your authenticator app, or enter the secret by hand.</p>
      <QrCode text={uri} label="QR code for your authenticator app" />
      <p className="flex items-center gap-1 rounded-control bg-sunken py-1 pr-1 pl-3">
        <code data-testid="totp-secret" className="min-w-0 flex-1 font-mono text-small [overflow-wrap:anywhere]">
          {secret}
        </code>
        <CopyButton value={secret} what="the secret" />
      </p>
      <Field
        label="Code from the app"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        maxLength={40}
        value={code}
        error={confirm.error?.message}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

/** Dark on light in both themes: cameras want it so. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 4 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-48 self-center rounded-control"
    >
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
