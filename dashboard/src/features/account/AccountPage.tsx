/*
 * A person's own account: who they are, how they sign in, what they are told by email, sessions, deletion. `ProofDialog.tsx` asks once more who
 * it is. `NewAccountFields` is the form of a new account, shared by `setup/` and invitations; `describe-browser.ts`
 * names a session by its browser. A person's roles in projects are in `members/`.
 */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Account, ownIssuedQuery, type Session, sessionsQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { DeleteDialog } from '../../components/DeleteDialog.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page } from '../../components/Page.tsx';
import { Moment } from '../../components/RelativeTime.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { showToast } from '../../components/toast-store.ts';
import { IssuedChoice } from '../members/IssuedChoice.tsx';
import { useProject } from '../shell/use-project.ts';
import { AccountsCard } from './AccountsCard.tsx';
import { AppearanceCard } from './AppearanceCard.tsx';
import { describeBrowser } from './describe-browser.ts';
import { IdentityCard } from './IdentityCard.tsx';
import { NoticesCard } from './NoticesCard.tsx';
import { PasswordCard } from './PasswordCard.tsx';
import { ProfileCard } from './ProfileCard.tsx';
import { SecondFactorCards } from './SecondFactorCards.tsx';

/** One's own account: the password, and where one is signed in. */
export function AccountPage() {
  const { account } = useProject();
  return (
    <Page title="Your account" intro={`${account.name} · ${account.email}`}>
      <ProfileCard key={account.email} account={account} />
      <AppearanceCard />
      <NoticesCard account={account} />
      <PasswordCard account={account} />
      <SecondFactorCards />
      <IdentityCard />
      <SessionsCard />
      {account.isInstanceOwner && <AccountsCard />}
      <DeleteAccountCard account={account} />
    </Page>
  );
}

function DeleteAccountCard({ account }: { account: Account }) {
  const [isOpen, setOpen] = useState(false);
  const [isRevoked, setRevoked] = useState(true);
  const issued = useQuery({ ...ownIssuedQuery(), enabled: isOpen });
  const made = {
    apiKeys: issued.data?.projects.flatMap(({ apiKeys }) => apiKeys) ?? [],
    shareLinks: issued.data?.projects.flatMap(({ shareLinks }) => shareLinks) ?? [],
    webhooks: issued.data?.projects.flatMap(({ webhooks }) => webhooks) ?? [],
    dnsConnections: issued.data?.projects.flatMap(({ dnsConnections }) => dnsConnections) ?? [],
  };
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => call('DELETE /api/account', { body: { confirm: account.email, revokeIssued: isRevoked } }),
    onSuccess: async () => {
      await navigate({ to: '/sign-in', search: {} });
      client.clear();
      showToast('Account deleted');
    },
  });
  return (
    <Card title="Delete your account">
      <div className="flex flex-wrap items-center justify-between gap-4 px-4 py-4">
        <p className="max-w-prose text-muted">
          {account.isInstanceOwner
            ? 'You own this installation, so this account can’t be deleted.'
            : 'Permanently deletes your account and removes you from every project. Domains you added stay.'}
        </p>
        {!account.isInstanceOwner && <Button onClick={() => setOpen(true)}>Delete account…</Button>}
      </div>
      {isOpen && (
        <DeleteDialog
          what="account"
          name={account.email}
          error={remove.error?.message ?? issued.error?.message}
          isBusy={remove.isPending || issued.isPending}
          onDelete={() => remove.mutate()}
          onClose={() => setOpen(false)}
        >
          <p>Domains you added keep working. Open invitations you created are revoked.</p>
          <IssuedChoice issued={made} isRevoked={isRevoked} onChange={setRevoked} />
        </DeleteDialog>
      )}
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
      showToast('Session signed out');
    },
    onError: (error) => showToast(error.message),
  });
  return (
    <Card title="Active sessions">
      {list.data ? (
        <ul className="divide-y divide-hairline">
          {list.data.sessions.map((session) => (
            <li key={session.id} className="flex min-h-16 items-center justify-between gap-4 px-4 py-2">
              <div className="min-w-0">
                <p className="[overflow-wrap:anywhere]">
                  {describeBrowser(session.userAgent)}
                  {session.isCurrent && <span className="text-muted"> (this session)</span>}
                </p>
                <p className="text-small text-muted">
                  {session.address && `${session.address} · `}last used <Moment at={session.lastUsedAt} /> · signed in{' '}
                  <Moment at={session.createdAt} />
                </p>
              </div>
              {!session.isCurrent && (
                <Button
                  aria-label={`Sign out ${describeBrowser(session.userAgent)}`}
                  isBusy={end.isPending && end.variables.id === session.id}
                  onClick={() => end.mutate(session)}
                >
                  Sign out
                </Button>
              )}
            </li>
          ))}
        </ul>
      ) : list.error ? (
        <ErrorState what="Couldn’t load your sessions" error={list.error} onRetry={() => list.refetch()} />
      ) : (
        <Skeleton rows={1} className="h-16" />
      )}
    </Card>
  );
}
