/*
 * Getting in: signing in, and the page where a link for a forgotten password leads. Both stand outside the shell.
 * `SignInAgain` asks above an open page whose session has ended. Sessions are cookies that no script can read, so
 * these pages keep nothing: they call the server and move on. First accounts come from `setup/`, all others from an invitation (`members/`).
 */

import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type Account, accountQuery } from '../../api/account.ts';
import { OutsidePage } from '../../components/OutsidePage.tsx';
import { CodeForm, PasswordForm } from './SignInForms.tsx';
import { CODE_INTRO, SESSION_EXPIRED } from './words.ts';

/** Signs in, by a passkey or by password and code, and goes on to where the person was headed. */
export function SignInPage() {
  const { to, step, problem } = useSearch({ from: '/sign-in' });
  const [owesCode, setOwesCode] = useState(step === 'code');
  const client = useQueryClient();
  const router = useRouter();
  const goOn = (account: Account) => {
    client.clear();
    client.setQueryData(accountQuery().queryKey, account);
    // Only a path of ours: an address of someone else's must not be reachable through a link to this page.
    router.history.push(to?.startsWith('/') && !/^\/[/\\]/.test(to) ? to : '/');
  };
  if (owesCode)
    return (
      <OutsidePage title="Enter your code" intro={CODE_INTRO}>
        <CodeForm onSignedIn={goOn} onBack={() => setOwesCode(false)} />
      </OutsidePage>
    );
  const notice = step === 'join' ? JOIN : problem === undefined ? undefined : (PROBLEMS[problem] ?? PROBLEMS.failed);
  return (
    <OutsidePage title="Sign in" intro={notice}>
      <PasswordForm to={to} onSignedIn={(account) => (account ? goOn(account) : setOwesCode(true))}>
        <p className="text-small text-muted">
          Need an account? Ask a project admin for an invitation. Forgot your password? Ask your administrator for a
          reset link.
        </p>
      </PasswordForm>
    </OutsidePage>
  );
}

const JOIN =
  'There’s already an account with this email address. Sign in with its password or passkey once to connect single sign-on.';
const PROBLEMS: Readonly<Record<string, string>> = {
  'no-account': 'No account belongs to this identity, or the invitation is no longer valid. Ask for an invitation.',
  refused:
    'That didn’t work. The identity belongs to another account, the invitation is for another address, or your provider hasn’t verified your address.',
  away: 'Your single sign-on provider isn’t responding. Try again later.',
  failed: 'Single sign-on didn’t work. Try again.',
  expired: SESSION_EXPIRED,
};
