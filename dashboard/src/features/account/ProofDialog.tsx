import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';
import { securityQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { canUsePasskeys, signWithPasskey } from '../../api/passkey.ts';
import { type ProofRequest, proofStore } from '../../api/proof.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { FormError } from '../../components/FormError.tsx';
import { PasswordField } from '../../components/PasswordField.tsx';

/** Asks who it is, whenever a call needs to know it once more. */
export function ProofDialogs() {
  const request = useSyncExternalStore(proofStore.subscribe, proofStore.get);
  return request && <ProofDialog request={request} />;
}

function ProofDialog({ request }: { request: ProofRequest }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const security = useQuery(securityQuery());
  const byPassword = useMutation({
    mutationFn: () =>
      call('POST /api/session/proof', { body: { password, ...(security.data?.totpSince && { code }) } }),
    onSuccess: () => request.resolve(),
  });
  const byPasskey = useMutation({
    mutationFn: async () => {
      const { options } = await call('POST /api/session/proof/passkey/options', {});
      await call('POST /api/session/proof/passkey', { body: { response: await signWithPasskey(options) } });
    },
    onSuccess: () => request.resolve(),
  });
  const bySso = useMutation({
    mutationFn: async () => {
      // Opened before anything is waited for: later, the browser would take it for an advertisement.
      const tab = window.open('', '_blank');
      const { url } = await call('POST /api/oidc', { body: { purpose: 'proof' } });
      if (!tab) throw new Error('Your browser blocked the new tab. Allow pop-ups and try again.');
      tab.location.assign(url);
      await untilProved(tab);
    },
    onSuccess: () => request.resolve(),
  });
  const error = byPassword.error ?? byPasskey.error ?? bySso.error;
  const [passwordError, codeError] = ['password', 'code'].map((field) => findFieldError(byPassword.error, field));
  const hasPasskey = (security.data?.passkeys.length ?? 0) > 0 && canUsePasskeys();
  return (
    <Dialog title="Confirm it’s you" onClose={() => request.reject()} width="max-w-sm">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!byPassword.isPending) byPassword.mutate();
        }}
      >
        <p className="text-muted">This action needs confirmation. We won’t ask again for five minutes.</p>
        <FormError error={passwordError || codeError ? null : (error ?? security.error)} />
        {hasPasskey && (
          <Button isBusy={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
            Use a passkey
          </Button>
        )}
        {security.data?.identityIssuer && (
          <Button isBusy={bySso.isPending} onClick={() => bySso.mutate()}>
            Use {new URL(security.data.identityIssuer).host}
          </Button>
        )}
        {security.data?.hasPassword !== false && (
          <>
            <PasswordField
              label="Your password"
              autoComplete="current-password"
              required
              value={password}
              error={passwordError}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            {security.data?.totpSince && (
              <Field
                label="Code from your authenticator app, or a recovery code"
                autoComplete="one-time-code"
                required
                value={code}
                error={codeError}
                onChange={(event) => setCode(event.currentTarget.value)}
              />
            )}
          </>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={() => request.reject()}>Cancel</Button>
          {security.data?.hasPassword !== false && (
            <Button type="submit" variant="primary" isBusy={byPassword.isPending}>
              Confirm
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

const ASK_AGAIN_MS = 1_500;

/** Waits until the proof was given in another tab. @throws Error where that tab was closed without one */
async function untilProved(tab: Window): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    const { isProofRecent } = await call('GET /api/account/security', {});
    if (isProofRecent) return tab.close();
    if (tab.closed) throw new Error('The tab was closed before you confirmed.');
  }
}
