/*
 * The first start of an installation, for whoever has the set-up link: the owner's account first, then the first
 * API key. The link is read from the address and doesn't stay there. Once there is an owner, the page only says
 * so.
 */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { accountQuery, setupQuery } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { Button, buttonClasses } from '../../components/Button.tsx';
import { FormError } from '../../components/FormError.tsx';
import { OutsidePage } from '../../components/OutsidePage.tsx';
import { NewAccountFields } from '../account/NewAccountFields.tsx';
import { IssuedKey } from '../api-keys/IssuedKey.tsx';
import { useLinkToken } from '../shell/use-link-token.ts';

/** The first start: makes the owner's account, then shows the project and its first key. */
export function SetupPage() {
  const token = useKeptToken(useLinkToken());
  const [value, setValue] = useState({ name: '', email: '', password: '' });
  const client = useQueryClient();
  const navigate = useNavigate();
  const setup = useQuery(setupQuery());
  const create = useMutation({
    mutationFn: () => call('POST /api/setup', { body: { token, ...value } }),
    onSuccess: ({ account }) => {
      sessionStorage.removeItem(KEPT_TOKEN);
      client.setQueryData(accountQuery().queryKey, account);
    },
  });

  if (create.data) {
    const { project, apiKey } = create.data;
    return (
      <OutsidePage title="You’re all set" intro={`This is the first API key of your project “${project.name}”.`}>
        <IssuedKey
          apiKey={apiKey.key}
          name={apiKey.name}
          doneLabel="Add a domain"
          onDone={() => navigate({ to: '/projects/$projectId/domains', params: { projectId: project.id } })}
        />
      </OutsidePage>
    );
  }
  if (setup.data?.isOpen === false)
    return (
      <OutsidePage title="Set up already" intro="This service has an owner. Sign in, or ask them for an invitation.">
        <Link to="/sign-in" className={buttonClasses('primary')}>
          Sign in
        </Link>
      </OutsidePage>
    );
  if (token === '')
    return (
      <OutsidePage
        title="Setup link required"
        intro={
          <>
            This installation has no owner yet. Open the link that was printed in the terminal when the service started,
            or run <code className="font-mono">npx autosend setup-link</code> on the server for a new one.
          </>
        }
      >
        {null}
      </OutsidePage>
    );
  return (
    <OutsidePage title="Set up AutoSend Domains" intro="You’ll be the owner of this installation.">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!create.isPending) create.mutate();
        }}
      >
        <FormError error={create.error} />
        <NewAccountFields value={value} error={create.error} onChange={setValue} />
        <Button type="submit" variant="primary" isBusy={create.isPending}>
          Create account
        </Button>
      </form>
    </OutsidePage>
  );
}

const KEPT_TOKEN = 'autosend.setup-token';

/** The token of the link, which leaves the address at once: a reload of this tab still has it. */
function useKeptToken(token: string): string {
  const [kept] = useState(() => sessionStorage.getItem(KEPT_TOKEN) ?? '');
  useEffect(() => {
    if (token !== '') sessionStorage.setItem(KEPT_TOKEN, token);
  }, [token]);
  return token || kept;
}
