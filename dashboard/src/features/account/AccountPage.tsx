/*
 * A person's own account: password, sessions, deletion. `NewAccountFields` is the form of a new account, shared by
 * `setup/` and invitations; `describe-browser.ts` names a session by its browser. A person's roles in projects are
 * in `members/`.
 */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Account, type Session, sessionsQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { DeleteDialog } from '../../components/DeleteDialog.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Field } from '../../components/Field.tsx';
import { Page } from '../../components/Page.tsx';
import { Moment } from '../../components/RelativeTime.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { showToast } from '../../components/toast-store.ts';
import { useProject } from '../shell/use-project.ts';
import { describeBrowser } from './describe-browser.ts';

/** One's own account: the password, and where one is signed in. */
export function AccountPage() {
  const { account } = useProject();
  return (
    <Page title="Your account" intro={`${account.name} · ${account.email}`}>
      <PasswordCard />
      <SessionsCard />
      <DeleteAccountCard account={account} />
    </Page>
  );
}

function DeleteAccountCard({ account }: { account: Account }) {
  const [isOpen, setOpen] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => call('DELETE /api/account', { body: { confirm: account.email } }),
    onSuccess: async () => {
      await navigate({ to: '/sign-in', search: {} });
      client.clear();
      showToast('Your account is deleted');
    },
  });
  return (
    <Card title="Delete your account">
      <div className="flex flex-wrap items-center justify-between gap-4 px-4 py-4">
        <p className="max-w-prose text-muted">
          {account.isInstanceOwner
            ? 'This account owns the installation, and nobody else could take its place: it cannot be deleted.'
            : 'Ends your sessions and takes you out of every project, for good. What you made there stays.'}
        </p>
        {!account.isInstanceOwner && <Button onClick={() => setOpen(true)}>Delete account…</Button>}
      </div>
      {isOpen && (
        <DeleteDialog
          what="account"
          name={account.email}
          error={remove.error?.message}
          isBusy={remove.isPending}
          onDelete={() => remove.mutate()}
          onClose={() => setOpen(false)}
        >
          <p>Domains, API keys and links that you made go on working, without your name.</p>
        </DeleteDialog>
      )}
    </Card>
  );
}

const EMPTY = { currentPassword: '', newPassword: '' };

function PasswordCard() {
  const [value, setValue] = useState(EMPTY);
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: () => call('POST /api/account/password', { body: value }),
    onSuccess: async () => {
      setValue(EMPTY);
      showToast('Your password is changed');
      await client.invalidateQueries({ queryKey: sessionsQuery().queryKey });
    },
  });
  const newError = findFieldError(change.error, 'newPassword');
  return (
    <Card title="Password">
      <form
        className="flex max-w-md flex-col gap-4 px-4 py-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending) change.mutate();
        }}
      >
        <Field
          label="Present password"
          type="password"
          autoComplete="current-password"
          required
          value={value.currentPassword}
          error={newError ? undefined : change.error?.message}
          onChange={(event) => setValue({ ...value, currentPassword: event.target.value })}
        />
        <Field
          label="New password"
          type="password"
          autoComplete="new-password"
          required
          minLength={12}
          maxLength={200}
          value={value.newPassword}
          error={newError}
          hint="At least 12 characters. Your other sessions end."
          onChange={(event) => setValue({ ...value, newPassword: event.target.value })}
        />
        <Button type="submit" variant="primary" className="self-start" isBusy={change.isPending}>
          Change password
        </Button>
      </form>
    </Card>
  );
}

function SessionsCard() {
  const client = useQueryClient();
  const list = useQuery(sessionsQuery());
  const end = useMutation({
    mutationFn: (session: Session) =>
      call('DELETE /api/account/sessions/:sessionId', { params: { sessionId: session.id } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: sessionsQuery().queryKey });
      showToast('The session has ended');
    },
    onError: (error) => showToast(error.message),
  });
  return (
    <Card title="Where you are signed in">
      {list.data ? (
        <ul className="divide-y divide-hairline">
          {list.data.sessions.map((session) => (
            <li key={session.id} className="flex min-h-16 items-center justify-between gap-4 px-4 py-2">
              <div className="min-w-0">
                <p className="[overflow-wrap:anywhere]">
                  {describeBrowser(session.userAgent)}
                  {session.isCurrent && <span className="text-muted"> (this one)</span>}
                </p>
                <p className="text-small text-muted">
                  {session.address && `${session.address} · `}since <Moment at={session.createdAt} />
                </p>
              </div>
              {!session.isCurrent && (
                <Button isBusy={end.isPending} onClick={() => end.mutate(session)}>
                  End
                </Button>
              )}
            </li>
          ))}
        </ul>
      ) : list.error ? (
        <ErrorState what="The sessions could not be listed" error={list.error} onRetry={() => list.refetch()} />
      ) : (
        <Skeleton rows={1} className="h-16" />
      )}
    </Card>
  );
}
