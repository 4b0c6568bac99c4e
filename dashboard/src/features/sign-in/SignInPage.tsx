/*
 * Getting in: signing in, and the page where a link for a forgotten password leads. Both stand outside the shell.
 * Sessions are cookies that no script can read, so these pages keep nothing: they call the server and move on.
 * First accounts come from `setup/`, all others from an invitation (`members/`).
 */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { accountQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { FormError } from '../../components/FormError.tsx';
import { OutsidePage } from '../../components/OutsidePage.tsx';

/** Signs in, and goes on to where the person was headed. */
export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const client = useQueryClient();
  const router = useRouter();
  const enter = useMutation({
    mutationFn: () => call('POST /api/session', { body: { email: email.trim(), password } }),
    onSuccess: (account) => {
      client.clear();
      client.setQueryData(accountQuery().queryKey, account);
      // Only a path of ours: an address of someone else's must not be reachable through a link to this page.
      router.history.push(to?.startsWith('/') && !/^\/[/\\]/.test(to) ? to : '/');
    },
  });
  return (
    <OutsidePage title="Sign in">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!enter.isPending) enter.mutate();
        }}
      >
        <FormError error={enter.error} />
        <Field
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Field
          label="Password"
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" variant="primary" isBusy={enter.isPending}>
          Sign in
        </Button>
        <p className="text-small text-muted">
          Accounts are made by invitation: ask an owner or admin of your project for a link. If you forgot your
          password, whoever runs this service can make you another link.
        </p>
      </form>
    </OutsidePage>
  );
}
