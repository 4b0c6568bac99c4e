/*
 * The first start of an installation, for whoever has the set-up link: the owner's account, then the way on. The link
 * is read from the address, checked before anybody types anything, and doesn't stay there (`kept-setup.ts`). Once
 * there is an owner, the page leads into the dashboard, or says so.
 */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate } from '@tanstack/react-router';
import { useLayoutEffect, useState } from 'react';
import { accountQuery, setupQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { findFieldError, RequestError } from '../../api/request-error.ts';
import { Button, buttonClasses } from '../../components/Button.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Field } from '../../components/Field.tsx';
import { FormError } from '../../components/FormError.tsx';
import { OutsidePage } from '../../components/OutsidePage.tsx';
import { NewAccountFields } from '../account/NewAccountFields.tsx';
import { useLinkToken } from '../shell/use-link-token.ts';
import { forgetSetup, keepSetup, recallSetup } from './kept-setup.ts';
import { SetupDone } from './SetupDone.tsx';

const SERVER_COMMAND = <code className="font-mono">npx autosend setup-link</code>;

/** The first start: makes the owner's account, then shows what to do first. */
export function SetupPage() {
  const linked = useLinkToken();
  const [kept] = useState(recallSetup);
  const token = linked || kept.token;
  const setup = useQuery(setupQuery());
  const account = useQuery(accountQuery());
  const [isDone, setDone] = useState(false);
  const link = useQuery({
    queryKey: ['setup-link', token],
    queryFn: ({ signal }) => call('POST /api/setup/link', { body: { token }, signal }),
    enabled: token !== '' && setup.data?.isOpen === true,
    // Once it is used, it works no more: that is no news to whoever used it.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [project] = account.data?.projects ?? [];
  if (isDone && project) return <SetupDone project={project} />;
  if (setup.data?.isOpen === false) {
    if (account.data) return <Navigate to="/" replace />;
    return (
      <OutsidePage
        title="Already set up"
        intro="This service has an owner, so setup links no longer work. Sign in, or ask the owner for an invitation."
      >
        <Link to="/sign-in" className={buttonClasses('primary')}>
          Sign in
        </Link>
      </OutsidePage>
    );
  }
  if (token === '')
    return (
      <OutsidePage
        title="Setup link required"
        intro={
          <>
            This installation has no owner yet. Open the link that was printed in the terminal when the service started,
            or run {SERVER_COMMAND} on the server for a new one.
          </>
        }
      >
        {null}
      </OutsidePage>
    );
  if (link.error instanceof RequestError && link.error.code === 'FORBIDDEN')
    return (
      <OutsidePage
        title="This setup link doesn’t work"
        intro={
          <>
            It was used, has expired after 24 hours, or part of it is missing. Run {SERVER_COMMAND} on the server for a
            new one.
          </>
        }
      >
        {null}
      </OutsidePage>
    );
  const error = link.error ?? setup.error;
  if (error)
    return (
      <OutsidePage title="Set up AutoSend Domains">
        <ErrorState
          what="Couldn’t check the setup link"
          error={error}
          onRetry={() => (setup.error ? setup.refetch() : link.refetch())}
        />
      </OutsidePage>
    );
  // Nothing to type into before the link is known to work.
  if (!link.isSuccess)
    return (
      <OutsidePage title="Set up AutoSend Domains" intro="Checking your link…">
        {null}
      </OutsidePage>
    );
  return <SetupForm token={token} onDone={() => setDone(true)} />;
}

function SetupForm({ token, onDone }: { token: string; onDone(): void }) {
  const [value, setValue] = useState(() => ({ ...recallSetup().typed, password: '' }));
  const client = useQueryClient();
  // With the change itself: a reload right after the last key loses nothing.
  useLayoutEffect(() => {
    const { password: _, ...typed } = value;
    keepSetup({ token, typed });
  }, [token, value]);
  const create = useMutation({
    mutationFn: () => {
      const { projectName, ...account } = value;
      return call('POST /api/setup', {
        body: { token, ...account, ...(projectName.trim() !== '' && { projectName }) },
      });
    },
    onSuccess: ({ account }) => {
      forgetSetup();
      onDone();
      client.setQueryData(accountQuery().queryKey, account);
      client.setQueryData(setupQuery().queryKey, { isOpen: false });
    },
  });
  return (
    <OutsidePage title="Set up AutoSend Domains" intro="You’ll be the owner of this installation.">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!create.isPending) create.mutate();
        }}
      >
        <FormError error={create.error} />
        <NewAccountFields
          value={value}
          error={create.error}
          onChange={(account) => setValue((before) => ({ ...before, ...account }))}
        />
        <Field
          label="Product or company (optional)"
          hint="Your customers see it when you share DNS records with them."
          autoComplete="organization"
          maxLength={100}
          value={value.projectName}
          error={findFieldError(create.error, 'projectName')}
          onChange={(event) => setValue({ ...value, projectName: event.target.value })}
        />
        <Button type="submit" variant="primary" isBusy={create.isPending}>
          Create account
        </Button>
      </form>
    </OutsidePage>
  );
}
