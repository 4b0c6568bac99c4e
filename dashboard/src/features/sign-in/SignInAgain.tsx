import { useQueryClient } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';
import { type Account, accountQuery } from '../../api/account.ts';
import { signInStore } from '../../api/sign-in-again.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { CodeForm, PasswordForm } from './SignInForms.tsx';
import { CODE_INTRO, SESSION_EXPIRED } from './words.ts';

/** Asks whoever was signed in to sign in again, above the page, which keeps what they typed and shows nothing meanwhile. */
export function SignInAgain({ account }: { account: Account }) {
  const question = useSyncExternalStore(signInStore.subscribe, signInStore.get);
  return question && <SignInDialog account={account} onEnd={question.resolve} />;
}

function SignInDialog({ account, onEnd }: { account: Account; onEnd(isSignedIn: boolean): void }) {
  const [owesCode, setOwesCode] = useState(false);
  const client = useQueryClient();
  const goOn = (newest: Account) => {
    // Of what the page shows, somebody else is to see nothing.
    if (newest.id !== account.id) return location.assign('/');
    client.setQueryData(accountQuery().queryKey, newest);
    onEnd(true);
  };
  return (
    <Dialog
      title={owesCode ? 'Enter your code' : 'Sign in'}
      width="max-w-sm"
      isHeld
      hidesPage
      onClose={() => onEnd(false)}
    >
      <p className="mb-4 text-muted">{owesCode ? CODE_INTRO : SESSION_EXPIRED}</p>
      {owesCode ? (
        <CodeForm onSignedIn={goOn} onBack={() => setOwesCode(false)} />
      ) : (
        <PasswordForm
          to={location.pathname + location.search}
          initialEmail={account.email}
          onSignedIn={(newest) => (newest ? goOn(newest) : setOwesCode(true))}
        >
          <Button variant="quiet" onClick={() => onEnd(false)}>
            Leave this page
          </Button>
        </PasswordForm>
      )}
    </Dialog>
  );
}
