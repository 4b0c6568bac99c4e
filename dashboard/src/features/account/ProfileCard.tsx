import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Account, accountQuery, sessionsQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { Field } from '../../components/Field.tsx';
import { FormError } from '../../components/FormError.tsx';
import { showToast } from '../../components/toast-store.ts';

/** The name, and the address that one signs in with. */
export function ProfileCard({ account }: { account: Account }) {
  const [name, setName] = useState(account.name);
  const [email, setEmail] = useState(account.email);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: async () => {
      if (name.trim() !== account.name) await call('PATCH /api/account', { body: { name } });
      if (isOther(email, account.email)) await call('POST /api/account/email', { body: { email: email.trim() } });
    },
    onSuccess: () => showToast('Saved'),
    // The name may be changed though the address was refused.
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: accountQuery().queryKey });
      await client.invalidateQueries({ queryKey: sessionsQuery().queryKey });
    },
  });
  const nameError = findFieldError(save.error, 'name');
  const emailError = findFieldError(save.error, 'email');
  const isSame = name.trim() === account.name && !isOther(email, account.email);
  return (
    <Card title="Profile">
      <form
        noValidate
        className="flex max-w-md flex-col gap-4 px-4 py-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!save.isPending) save.mutate();
        }}
      >
        <FormError error={nameError || emailError ? null : save.error} />
        <Field
          label="Name"
          autoComplete="name"
          required
          maxLength={100}
          value={name}
          error={nameError}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Field
          label="Email"
          type="email"
          autoComplete="email"
          required
          maxLength={254}
          value={email}
          error={emailError}
          hint={
            isOther(email, account.email)
              ? 'You’ll use it to sign in from now on, and be signed out everywhere else.'
              : undefined
          }
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Button type="submit" className="self-start" disabled={isSame} isBusy={save.isPending}>
          Save
        </Button>
      </form>
    </Card>
  );
}

function isOther(text: string, email: string): boolean {
  return text.trim().toLowerCase() !== email;
}
