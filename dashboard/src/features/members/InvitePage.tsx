import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { accountQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { isNotFound } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { FormError } from '../../components/FormError.tsx';
import { OutsidePage } from '../../components/OutsidePage.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { showToast } from '../../components/toast-store.ts';
import { NewAccountFields } from '../account/NewAccountFields.tsx';
import { useLinkToken } from '../shell/use-link-token.ts';
import { SsoButton } from '../sign-in/SsoButton.tsx';
import { ROLES } from './roles.ts';

/** Accepts an invitation: with the account that is signed in, one that exists, or a new one. */
export function InvitePage() {
  const token = useLinkToken();
  const [value, setValue] = useState({ name: '', email: '', password: '' });
  const client = useQueryClient();
  const navigate = useNavigate();
  const account = useQuery(accountQuery());
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => call('POST /api/invitations/preview', { body: { token }, signal }),
    enabled: token !== '',
  });
  const me = account.data;
  const given = { ...value, email: value.email || (invitation.data?.email ?? '') };
  const accept = useMutation({
    mutationFn: () => call('POST /api/invitations/accept', { body: me ? { token } : { token, account: given } }),
    onSuccess: async ({ account: newest, projectId }) => {
      if (newest === null) {
        showToast('Sign in with your code, then open the invitation again.');
        return navigate({ to: '/sign-in', search: { step: 'code' } });
      }
      client.setQueryData(accountQuery().queryKey, newest);
      await navigate({ to: '/projects/$projectId/domains', params: { projectId } });
    },
  });

  if (token === '' || isNotFound(invitation.error))
    return (
      <OutsidePage
        title="This invitation no longer works"
        intro="It was used, revoked or has expired. Ask the person who sent it for a new one."
      >
        {null}
      </OutsidePage>
    );
  if (invitation.error)
    return (
      <OutsidePage title="Invitation">
        <ErrorState
          what="Couldn’t load this invitation"
          error={invitation.error}
          onRetry={() => invitation.refetch()}
        />
      </OutsidePage>
    );
  if (!invitation.data || account.isPending)
    return (
      <OutsidePage title="Invitation">
        <Skeleton rows={3} />
      </OutsidePage>
    );
  const { projectName, role } = invitation.data;
  return (
    <OutsidePage
      title={`Join ${projectName}`}
      intro={`You’ve been invited as ${role === 'member' ? 'a' : 'an'} ${role} (${ROLES[role].hint}).`}
    >
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!accept.isPending) accept.mutate();
        }}
      >
        <FormError error={accept.error} />
        {me ? (
          <p className="text-muted">
            You’re signed in as <span className="font-medium text-ink">{me.email}</span>.
          </p>
        ) : (
          <>
            <NewAccountFields value={given} error={accept.error} prefix="account." onChange={setValue} />
            <p className="text-small text-muted">Already have an account? Use its email and password.</p>
          </>
        )}
        <Button type="submit" variant="primary" isBusy={accept.isPending}>
          {me ? 'Join' : 'Create account and join'}
        </Button>
        {!me && <SsoButton purpose="invite" detail={token} label="Join with" />}
      </form>
    </OutsidePage>
  );
}
