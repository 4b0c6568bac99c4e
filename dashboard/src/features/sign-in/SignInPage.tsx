/*
 * Getting in: signing in, and the page where a link for a forgotten password leads. Both stand outside the shell.
 * Sessions are cookies that no script can read, so these pages keep nothing: they call the server and move on.
 * First accounts come from `setup/`, all others from an invitation (`members/`).
 */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type Account, accountQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { canUsePasskeys, signWithPasskey } from '../../api/passkey.ts';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { FormError } from '../../components/FormError.tsx';
import { OutsidePage } from '../../components/OutsidePage.tsx';
import { PasswordField } from '../../components/PasswordField.tsx';
import { SsoButton } from './SsoButton.tsx';

/** Signs in, by a passkey or by password and code, and goes on to where the person was headed. */
export function SignInPage() {
  const { to, step, problem } = useSearch({ from: '/sign-in' });
  const [owesCode, setOwesCode] = useState(step === 'code');
  const client = useQueryClient();
  const router = useRouter();
  const goOn = (account: Account) => {
    client.clear();
    client.setQueryData(accountQuery().queryKey, account);
    // Only a path of ours: an address of someone else's must not be reachable through a link to this page.
    router.history.push(to?.startsWith('/') && !/^\/[/\\]/.test(to) ? to : '/');
  };
  if (owesCode) return <CodeForm onSignedIn={goOn} onBack={() => setOwesCode(false)} />;
  return (
    <PasswordForm
      to={to}
      notice={step === 'join' ? JOIN : problem === undefined ? undefined : (PROBLEMS[problem] ?? PROBLEMS.failed)}
      onSignedIn={(account) => (account ? goOn(account) : setOwesCode(true))}
    />
  );
}

const JOIN =
  'There’s already an account with this email address. Sign in with its password or passkey once to connect single sign-on.';
const PROBLEMS: Readonly<Record<string, string>> = {
  'no-account': 'No account belongs to this identity, or the invitation is no longer valid. Ask for an invitation.',
  refused:
    'That didn’t work. The identity belongs to another account, the invitation is for another address, or your provider hasn’t verified your address.',
  away: 'Your single sign-on provider isn’t responding. Try again later.',
  failed: 'Single sign-on didn’t work. Try again.',
};

function PasswordForm({
  to,
  notice,
  onSignedIn,
}: {
  to: string | undefined;
  notice: string | undefined;
  onSignedIn(account: Account | null): void;
}) {
  const [email, setEmail] = useState('');
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
    <OutsidePage title="Sign in" intro={notice}>
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
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordField
          label="Password"
          name="password"
          autoComplete="current-password"
          required
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
        <p className="text-small text-muted">
          Need an account? Ask a project admin for an invitation. Forgot your password? Ask your administrator for a
          reset link.
        </p>
      </form>
    </OutsidePage>
  );
}

function CodeForm({ onSignedIn, onBack }: { onSignedIn(account: Account): void; onBack(): void }) {
  const [code, setCode] = useState('');
  const enter = useMutation({
    mutationFn: () => call('POST /api/session/code', { body: { code } }),
    onSuccess: onSignedIn,
  });
  return (
    <OutsidePage title="Enter your code" intro="From your authenticator app. A recovery code works once instead.">
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
    </OutsidePage>
  );
}
