/*
 * Where the link in an email leads. It works without an account, for whoever has the email, and it asks first: mail
 * programs open links to look at them.
 */

import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { call } from '../../api/call.ts';
import { isNotFound } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { FormError } from '../../components/FormError.tsx';
import { OutsidePage } from '../../components/OutsidePage.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';

/** Ends emails about a project, or about all of them. */
export function UnsubscribePage() {
  const { token } = useParams({ from: '/unsubscribe/$token' });
  const link = useQuery({
    queryKey: ['unsubscribe', token],
    queryFn: ({ signal }) => call('POST /api/unsubscribe/preview', { body: { token }, signal }),
  });
  const end = useMutation({ mutationFn: () => call('POST /api/unsubscribe', { body: { token } }) });
  if (isNotFound(link.error))
    return (
      <OutsidePage title="This link no longer works" intro={<AccountHint />}>
        {null}
      </OutsidePage>
    );
  if (link.error)
    return (
      <OutsidePage title="Unsubscribe">
        <ErrorState what="Couldn’t load this page" error={link.error} onRetry={() => link.refetch()} />
      </OutsidePage>
    );
  if (!link.data)
    return (
      <OutsidePage title="Unsubscribe">
        <Skeleton rows={2} />
      </OutsidePage>
    );
  const what = link.data.projectName === null ? 'any of your projects' : link.data.projectName;
  if (end.isSuccess)
    return (
      <OutsidePage
        title="You’re unsubscribed"
        intro={
          <>
            <p>You’ll no longer get email about {what}.</p>
            <AccountHint />
          </>
        }
      >
        {null}
      </OutsidePage>
    );
  return (
    <OutsidePage title="Unsubscribe" intro={`Stop getting email about ${what}?`}>
      <div className="flex flex-col gap-4">
        <FormError error={end.error} />
        <Button variant="primary" isBusy={end.isPending} onClick={() => end.mutate()}>
          Unsubscribe
        </Button>
      </div>
    </OutsidePage>
  );
}

function AccountHint() {
  return (
    <p>
      You can choose which emails you get in <Link to="/account">your account</Link>.
    </p>
  );
}
