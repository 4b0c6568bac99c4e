import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { FormError } from '../../components/FormError.tsx';

/** Takes an address, so that nobody has to keep the page open until DNS has caught up. */
export function TellWhenReady({ token, domainName }: { token: string; domainName: string }) {
  const [email, setEmail] = useState('');
  const tell = useMutation({
    mutationFn: () => call('POST /api/share/:token/tell-when-ready', { params: { token }, body: { email } }),
  });
  const fault = findFieldError(tell.error, 'email');
  return (
    <section aria-label="Tell me when it’s done" className="rounded-box border border-hairline bg-card px-4 py-4">
      <h2 className="font-medium">Tell me when it’s done</h2>
      <form
        noValidate
        className="mt-2 flex max-w-md flex-wrap items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          tell.mutate();
        }}
      >
        <Field
          className="min-w-48 flex-1"
          label="Your email address"
          isLabelHidden
          type="email"
          autoComplete="email"
          placeholder="you@example.com"
          value={email}
          error={fault}
          onChange={(event) => {
            setEmail(event.currentTarget.value);
            tell.reset();
          }}
        />
        <Button type="submit" isBusy={tell.isPending}>
          Email me
        </Button>
      </form>
      <p role="status" className="mt-2 text-small text-muted">
        {tell.isSuccess
          ? `We’ll email ${email} when ${domainName} is ready. You can close this page.`
          : 'One email, when the required records are in place. Then we forget the address.'}
      </p>
      {fault === undefined && <FormError error={tell.error} />}
    </section>
  );
}
