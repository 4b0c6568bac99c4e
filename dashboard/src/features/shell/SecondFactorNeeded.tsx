import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { accountQuery, type Project, securityQuery } from '../../api/account.ts';
import { askForProof } from '../../api/proof.ts';
import { Button, buttonClasses } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page } from '../../components/Page.tsx';

/** What a project shows that requires a second factor, to a session that has none. */
export function SecondFactorNeeded({ project }: { project: Project }) {
  const client = useQueryClient();
  const { data: security } = useQuery(securityQuery());
  const hasOne = security && (security.totpSince !== null || security.passkeys.length > 0);
  const confirm = async () => {
    if (await askForProof()) await client.invalidateQueries({ queryKey: accountQuery().queryKey });
  };
  return (
    <Page title={project.name}>
      <Card label="Second factor">
        <EmptyState title="This project requires a second factor">
          <p className="mb-4 max-w-prose">
            {hasOne
              ? 'You signed in with just your password. Confirm with your passkey or authenticator app.'
              : 'Set up a passkey or an authenticator app in your account to open it.'}
          </p>
          {hasOne ? (
            <Button variant="primary" onClick={confirm}>
              Confirm it’s you
            </Button>
          ) : (
            <Link to="/account" className={buttonClasses('primary')}>
              Set up
            </Link>
          )}
        </EmptyState>
      </Card>
    </Page>
  );
}
