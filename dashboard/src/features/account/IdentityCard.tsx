import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { issuerQuery, securityQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { showToast } from '../../components/toast-store.ts';
import { SsoButton } from '../sign-in/SsoButton.tsx';

/** The identity of single sign-on that one signs in with, where there is a provider. */
export function IdentityCard() {
  const client = useQueryClient();
  const { data: provider } = useQuery(issuerQuery());
  const { data: security } = useQuery(securityQuery());
  const remove = useMutation({
    mutationFn: () => call('DELETE /api/account/identity', {}),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: securityQuery().queryKey });
      showToast('Single sign-on disconnected');
    },
    onError: (error) => showToast(error.message),
  });
  if (!provider?.issuer || !security) return null;
  return (
    <Card title="Single sign-on">
      <div className="flex flex-wrap items-center justify-between gap-4 px-4 py-4">
        <p className="max-w-prose text-muted">
          {security.identityIssuer === null
            ? 'Not connected. Sign in with your organization’s account instead of a password.'
            : `You can sign in with ${new URL(security.identityIssuer).host}.`}
        </p>
        {security.identityIssuer === null ? (
          <SsoButton purpose="link" label="Connect" />
        ) : (
          <Button isBusy={remove.isPending} onClick={() => remove.mutate()}>
            Disconnect
          </Button>
        )}
      </div>
    </Card>
  );
}
