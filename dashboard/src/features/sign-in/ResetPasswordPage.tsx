import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { accountQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { findFieldError, isNotFound } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { FormError } from '../../components/FormError.tsx';
import { OutsidePage } from '../../components/OutsidePage.tsx';
import { useLinkToken } from '../shell/use-link-token.ts';

/** Sets another password by a link that whoever runs the service made. */
export function ResetPasswordPage() {
  const token = useLinkToken();
  const [password, setPassword] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const reset = useMutation({
    mutationFn: () => call('POST /api/password-reset', { body: { token, newPassword: password } }),
    onSuccess: async (account) => {
      client.clear();
      client.setQueryData(accountQuery().queryKey, account);
      await navigate({ to: '/' });
    },
  });
  if (token === '' || isNotFound(reset.error))
    return (
      <OutsidePage
        title="This link does not work any more"
        intro="It was used, replaced by a newer one, or has run out. Ask whoever runs this service for another."
      >
        {null}
      </OutsidePage>
    );
  const error = findFieldError(reset.error, 'newPassword');
  return (
    <OutsidePage title="Set a new password" intro="Wherever you are signed in now, that ends.">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!reset.isPending) reset.mutate();
        }}
      >
        <FormError error={error ? null : reset.error} />
        <Field
          label="New password"
          type="password"
          autoComplete="new-password"
          required
          autoFocus
          minLength={12}
          maxLength={200}
          value={password}
          error={error}
          hint="At least 12 characters."
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" variant="primary" isBusy={reset.isPending}>
          Set password and sign in
        </Button>
      </form>
    </OutsidePage>
  );
}
