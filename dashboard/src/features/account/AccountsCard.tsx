import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { accountsQuery, type InstallationAccount } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Moment } from '../../components/RelativeTime.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { showToast } from '../../components/toast-store.ts';

/** All accounts of the installation, for its owner, who can end their sessions. */
export function AccountsCard() {
  const client = useQueryClient();
  const list = useQuery(accountsQuery());
  const end = useMutation({
    mutationFn: (account: InstallationAccount) =>
      call('DELETE /api/accounts/:userId/sessions', { params: { userId: account.id } }),
    onSuccess: async (_, { name }) => {
      await client.invalidateQueries({ queryKey: accountsQuery().queryKey });
      showToast(`Signed ${name} out everywhere`);
    },
    onError: (error) => showToast(error.message),
  });
  return (
    <Card title="Accounts on this installation">
      {list.data ? (
        <ul className="divide-y divide-hairline">
          {list.data.accounts.map((account) => (
            <li key={account.id} className="flex min-h-16 flex-wrap items-center justify-between gap-x-4 px-4 py-2">
              <div className="min-w-0">
                <p className="[overflow-wrap:anywhere]">
                  {account.name} <span className="text-muted">{account.email}</span>
                </p>
                <p className="text-small text-muted">
                  {account.hasSecondFactor ? 'Second factor' : 'Password only'}
                  {account.lastUsedAt ? (
                    <>
                      {' · '}last seen <Moment at={account.lastUsedAt} />
                    </>
                  ) : (
                    ' · signed out'
                  )}
                </p>
              </div>
              {!account.isInstanceOwner && account.openSessions > 0 && (
                <Button
                  isBusy={end.isPending && end.variables?.id === account.id}
                  aria-label={`Sign ${account.name} out everywhere`}
                  onClick={() => end.mutate(account)}
                >
                  Sign out everywhere
                </Button>
              )}
            </li>
          ))}
        </ul>
      ) : list.error ? (
        <ErrorState what="Couldn’t load accounts" error={list.error} onRetry={() => list.refetch()} />
      ) : (
        <Skeleton rows={2} className="h-16" />
      )}
    </Card>
  );
}
