import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Project } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { apiKeysQuery } from '../../api/project.ts';
import { Button, buttonClasses } from '../../components/Button.tsx';
import { FormError } from '../../components/FormError.tsx';
import { OutsidePage } from '../../components/OutsidePage.tsx';
import { FirstRequest } from '../api-keys/FirstRequest.tsx';
import { IssuedKey } from '../api-keys/IssuedKey.tsx';

const KEY_NAME = 'first key';

/** The way on after set-up: a domain here, or the API, for which a key is made when somebody asks for it. */
export function SetupDone({ project }: { project: Project }) {
  const params = { projectId: project.id };
  const navigate = useNavigate();
  const keys = useQuery(apiKeysQuery(project.id));
  const create = useMutation({
    mutationFn: () =>
      call('POST /api/projects/:projectId/api-keys', {
        params,
        body: { name: KEY_NAME, permission: 'full_access' },
      }),
  });
  const goOn = () => navigate({ to: '/projects/$projectId/domains', params });
  if (create.data)
    return (
      <OutsidePage title="Your API key" intro={`It works on everything in “${project.name}”.`}>
        <IssuedKey apiKey={create.data.key} name={KEY_NAME} doneLabel="Add a domain" onDone={goOn} />
        <FirstRequest apiKey={create.data.key} />
      </OutsidePage>
    );
  const isPrinted = keys.data?.apiKeys.some(({ state }) => state === 'valid') ?? false;
  return (
    <OutsidePage title="You’re all set" intro="Add the domain you send from. We’ll give you its DNS records.">
      <div className="flex flex-col gap-4">
        <FormError error={create.error} />
        <Link to="/projects/$projectId/domains" params={params} className={buttonClasses('primary')}>
          Add a domain
        </Link>
        <Button isBusy={create.isPending} onClick={() => create.mutate()}>
          Create API key
        </Button>
        <p className="text-small text-muted">
          {isPrinted
            ? 'Only if you use the API. One was already printed in the terminal when the service first started.'
            : 'Only if you use the API. You can create keys later, too.'}
        </p>
      </div>
    </OutsidePage>
  );
}
