import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { accountQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { findFieldError, isNotFound } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { FormError } from '../../components/FormError.tsx';
import { OutsidePage } from '../../components/OutsidePage.tsx';
import { NewPasswordField } from '../account/NewPasswordField.tsx';
import { useLinkToken } from '../shell/use-link-token.ts';

/** Whose link it is, the page is not told; the server is, and judges by it. */
const NOBODY = { name: '', email: '' };

/** Sets another password by a link that whoever runs the service made. */
export function ResetPasswordPage() {
  const token = useLinkToken();
  const [password, setPassword] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const reset = useMutation({
    mutationFn: () => call('POST /api/password-reset', { body: { token, newPassword: password } }),
    onSuccess: async ({ account }) => {
      client.clear();
      if (account === null) return navigate({ to: '/sign-in', search: { step: 'code' } });
      client.setQueryData(accountQuery().queryKey, account);
      await navigate({ to: '/' });
    },
  });
  if (token === '' || isNotFound(reset.error))
    return (
      <OutsidePage
        title="This link no longer works"
        intro="It was used, replaced by a newer one, or has expired. Ask your administrator for another."
      >
        {null}
      </OutsidePage>
    );
  const error = findFieldError(reset.error, 'newPassword');
  return (
    <OutsidePage title="Set a new password" intro="You’ll be signed out of all other sessions.">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!reset.isPending) reset.mutate();
        }}
      >
        <FormError error={error ? null : reset.error} />
        <NewPasswordField
          label="New password"
          value={password}
          owner={NOBODY}
          error={error}
          autoFocus
          onChange={setPassword}
        />
        <Button type="submit" variant="primary" isBusy={reset.isPending}>
          Set password and sign in
        </Button>
      </form>
    </OutsidePage>
  );
}
