import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Account, sessionsQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { PasswordField } from '../../components/PasswordField.tsx';
import { showToast } from '../../components/toast-store.ts';
import { NewPasswordField } from './NewPasswordField.tsx';

const EMPTY = { currentPassword: '', newPassword: '' };

/** Changes the password. */
export function PasswordCard({ account }: { account: Account }) {
  const [value, setValue] = useState(EMPTY);
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => call('POST /api/account/password', { body: value }),
    onSuccess: async () => {
      setValue(EMPTY);
      showToast('Password changed');
      await client.invalidateQueries({ queryKey: sessionsQuery().queryKey });
    },
  });
  const newError = findFieldError(change.error, 'newPassword');
  return (
    <Card title="Password">
      <form
        noValidate
        className="flex max-w-md flex-col gap-4 px-4 py-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending) change.mutate();
        }}
      >
        <PasswordField
          label="Current password"
          autoComplete="current-password"
          required
          value={value.currentPassword}
          error={newError ? undefined : change.error?.message}
          onChange={(event) => setValue({ ...value, currentPassword: event.currentTarget.value })}
        />
        <NewPasswordField
          label="New password"
          value={value.newPassword}
          owner={account}
          error={newError}
          note="You’ll be signed out everywhere else."
          onChange={(newPassword) => setValue({ ...value, newPassword })}
        />
        <Button type="submit" className="self-start" isBusy={change.isPending}>
          Change password
        </Button>
      </form>
    </Card>
  );
}
