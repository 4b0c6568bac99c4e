import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { accountQuery, type Security, securityQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { canUsePasskeys, createPasskey } from '../../api/passkey.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Field } from '../../components/Field.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { FormError } from '../../components/FormError.tsx';
import { Moment } from '../../components/RelativeTime.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { showToast } from '../../components/toast-store.ts';
import { describeBrowser } from './describe-browser.ts';
import { RecoveryCodes } from './RecoveryCodes.tsx';
import { TotpDialog } from './TotpDialog.tsx';

/** Passkeys and the authenticator app of one's account. */
export function SecondFactorCards() {
  const security = useQuery(securityQuery());
  if (security.data)
    return (
      <>
        <PasskeysCard security={security.data} />
        <TotpCard security={security.data} />
      </>
    );
  return (
    <Card title="Passkeys">
      {security.error ? (
        <ErrorState
          what="Couldn’t load your sign-in methods"
          error={security.error}
          onRetry={() => security.refetch()}
        />
      ) : (
        <Skeleton rows={1} className="h-16" />
      )}
    </Card>
  );
}

/** Reads again what a change of how one signs in has changed. */
function useRefresh(): (text?: string) => Promise<void> {
  const client = useQueryClient();
  return async (text) => {
    await client.invalidateQueries({ queryKey: securityQuery().queryKey });
    await client.invalidateQueries({ queryKey: accountQuery().queryKey });
    if (text !== undefined) showToast(text);
  };
}

function PasskeysCard({ security: { passkeys } }: { security: Security }) {
  const [isAdding, setAdding] = useState(false);
  const refresh = useRefresh();
  const remove = useMutation({
    mutationFn: (passkeyId: string) => call('DELETE /api/account/passkeys/:passkeyId', { params: { passkeyId } }),
    onSuccess: () => refresh('Passkey removed'),
    onError: (error) => showToast(error.message),
  });
  return (
    <Card title="Passkeys" actions={canUsePasskeys() && <Button onClick={() => setAdding(true)}>Add passkey…</Button>}>
      {passkeys.length === 0 && (
        <p className="max-w-prose px-4 py-4 text-muted">
          {canUsePasskeys()
            ? 'Sign in with your fingerprint, face or a security key instead of a password. Passkeys can’t be guessed or phished.'
            : 'Passkeys need HTTPS or localhost, so this browser can’t use them at this address.'}
        </p>
      )}
      <ul className="divide-y divide-hairline">
        {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
          <Row
            key={id}
            title={name}
            note={
              <>
                added <Moment at={createdAt} />
                {lastUsedAt && (
                  <>
                    {' · '}last used <Moment at={lastUsedAt} />
                  </>
                )}
              </>
            }
          >
            <Button isBusy={remove.isPending} aria-label={`Remove ${name}`} onClick={() => remove.mutate(id)}>
              Remove
            </Button>
          </Row>
        ))}
      </ul>
      {isAdding && (
        <NewPasskeyDialog
          onAdded={async () => {
            setAdding(false);
            await refresh('Passkey added');
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </Card>
  );
}

function NewPasskeyDialog({ onAdded, onClose }: { onAdded(): Promise<void>; onClose(): void }) {
  const [name, setName] = useState(describeBrowser(navigator.userAgent));
  const add = useMutation({
    mutationFn: async () => {
      const { options } = await call('POST /api/account/passkeys/options', {});
      await call('POST /api/account/passkeys', { body: { name, response: await createPasskey(options) } });
    },
    onSuccess: onAdded,
  });
  return (
    <FormDialog
      title="Add passkey"
      submitLabel="Continue"
      isBusy={add.isPending}
      isDisabled={name.trim() === ''}
      onSubmit={() => add.mutate()}
      onClose={onClose}
    >
      <FormError error={add.error} />
      <Field
        label="Name"
        hint="To recognize it later, for example “Work laptop”."
        required
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function TotpCard({ security: { totpSince, recoveryCodesLeft } }: { security: Security }) {
  const [started, setStarted] = useState<{ secret: string; uri: string } | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const refresh = useRefresh();
  const onError = (error: Error) => showToast(error.message);
  const start = useMutation({
    mutationFn: () => call('POST /api/account/totp', {}),
    onSuccess: setStarted,
    onError,
  });
  const renew = useMutation({
    mutationFn: () => call('POST /api/account/recovery-codes', {}),
    onSuccess: ({ recoveryCodes }) => setCodes(recoveryCodes),
    onError,
  });
  const remove = useMutation({
    mutationFn: () => call('DELETE /api/account/totp', {}),
    onSuccess: () => refresh('Authenticator app removed'),
    onError,
  });
  return (
    <Card
      title="Authenticator app"
      actions={
        !totpSince && (
          <Button isBusy={start.isPending} onClick={() => start.mutate()}>
            Set up…
          </Button>
        )
      }
    >
      {totpSince ? (
        <ul className="divide-y divide-hairline">
          <Row
            title="On"
            note={
              <>
                since <Moment at={totpSince} />
              </>
            }
          >
            <Button isBusy={remove.isPending} onClick={() => remove.mutate()}>
              Remove
            </Button>
          </Row>
          <Row
            title="Recovery codes"
            note={recoveryCodesLeft === 1 ? '1 code left' : `${recoveryCodesLeft} codes left`}
          >
            <Button isBusy={renew.isPending} onClick={() => renew.mutate()}>
              New codes
            </Button>
          </Row>
        </ul>
      ) : (
        <p className="max-w-prose px-4 py-4 text-muted">
          Ask for a code from your phone after your password, so a stolen password isn’t enough.
        </p>
      )}
      {started && (
        <TotpDialog
          {...started}
          onConfirmed={(recoveryCodes) => {
            setStarted(null);
            setCodes(recoveryCodes);
          }}
          onClose={() => setStarted(null)}
        />
      )}
      {codes && (
        <RecoveryCodes
          codes={codes}
          onDone={() => {
            setCodes(null);
            void refresh();
          }}
        />
      )}
    </Card>
  );
}

function Row({ title, note, children }: { title: string; note: ReactNode; children: ReactNode }) {
  return (
    <li className="flex min-h-16 items-center justify-between gap-4 px-4 py-2">
      <div className="min-w-0">
        <p className="[overflow-wrap:anywhere]">{title}</p>
        <p className="text-small text-muted">{note}</p>
      </div>
      {children}
    </li>
  );
}
