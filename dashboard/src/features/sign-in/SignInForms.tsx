import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Account } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { canUsePasskeys, signWithPasskey } from '../../api/passkey.ts';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { FormError } from '../../components/FormError.tsx';
import { PasswordField } from '../../components/PasswordField.tsx';
import { SsoButton } from './SsoButton.tsx';

/** Signs in by password, passkey or single sign-on; null where a code is still owed. */
export function PasswordForm({
  to,
  initialEmail = '',
  onSignedIn,
  children,
}: {
  /** Where single sign-on leads back to. */
  to: string | undefined;
  initialEmail?: string;
  onSignedIn(account: Account | null): void;
  /** Stands beneath the buttons. */
  children?: ReactNode;
}) {
  const [email, setEmail] = useState(initialEmail);
  const [password, setPassword] = useState('');
  const enter = useMutation({
    mutationFn: () => call('POST /api/session', { body: { email: email.trim(), password } }),
    onSuccess: ({ account }) => onSignedIn(account),
  });
  const byPasskey = useMutation({
    mutationFn: async () => {
      const { options } = await call('POST /api/session/passkey/options', {});
      return call('POST /api/session/passkey', { body: { response: await signWithPasskey(options) } });
    },
    onSuccess: onSignedIn,
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!enter.isPending) enter.mutate();
      }}
    >
      <FormError error={enter.error ?? byPasskey.error} />
      <Field
        label="Email"
        type="email"
        name="email"
        autoComplete="username"
        required
        autoFocus={initialEmail === ''}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        autoFocus={initialEmail !== ''}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" variant="primary" isBusy={enter.isPending}>
        Sign in
      </Button>
      {canUsePasskeys() && (
        <Button isBusy={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
          Use a passkey
        </Button>
      )}
      <SsoButton purpose="sign_in" detail={to} label="Continue with" />
      {children}
    </form>
  );
}

/** Takes the code that an account owes after its password. */
export function CodeForm({ onSignedIn, onBack }: { onSignedIn(account: Account): void; onBack(): void }) {
  const [code, setCode] = useState('');
  const enter = useMutation({
    mutationFn: () => call('POST /api/session/code', { body: { code } }),
    onSuccess: onSignedIn,
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!enter.isPending) enter.mutate();
      }}
    >
      <Field
        label="Code"
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        required
        autoFocus
        maxLength={40}
        value={code}
        error={enter.error?.message}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <Button type="submit" variant="primary" isBusy={enter.isPending}>
        Sign in
      </Button>
      <Button variant="quiet" onClick={onBack}>
        Start over
      </Button>
    </form>
  );
}
