import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../../../api/call.ts';
import { type Domain, domainQuery } from '../../../api/domains.ts';
import { showNewest } from '../../../api/show-newest.ts';
import { Button } from '../../../components/Button.tsx';
import { Card } from '../../../components/Card.tsx';
import { Checkbox } from '../../../components/Checkbox.tsx';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import { RichText } from '../../../components/text/RichText.tsx';
import { showToast } from '../../../components/toast-store.ts';
import { ConnectionsLink } from './ConnectionsLink.tsx';

type Publishing = NonNullable<Domain['publishing']>;

/** Whether the service writes the records of a domain into DNS automatically, and how that stands. */
export function AutoPublishCard({
  projectId,
  domain,
  onPublish,
}: {
  projectId: string;
  domain: Domain;
  /** Shows what would be written now; null for whoever only reads. */
  onPublish: (() => void) | null;
}) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (autoPublish: boolean) =>
      call('PATCH /api/projects/:projectId/domains/:domainId', {
        params: { projectId, domainId: domain.id },
        body: { autoPublish },
      }),
    onSuccess: (newest) => {
      showNewest(client, domainQuery(projectId, domain.id), newest);
      showToast(
        newest.autoPublish
          ? 'Records are now published automatically'
          : 'Records are no longer published automatically',
      );
    },
    onError: (error) => showToast(error.message),
  });
  const { publishing } = domain;
  return (
    <Card title="Automatic publishing">
      <div className="flex flex-col gap-3 px-4 py-3">
        {onPublish ? (
          <Checkbox
            label="Publish records automatically"
            hint="We add the DNS records, add those of new keys and remove those of retired ones. This needs a DNS connection that reaches the zone, in the project’s settings."
            isChecked={save.isPending ? save.variables : domain.autoPublish}
            onChange={(isChecked) => {
              if (!save.isPending) save.mutate(isChecked);
            }}
          />
        ) : (
          <p className="text-muted">
            {domain.autoPublish ? 'Records are published automatically.' : 'Records aren’t published automatically.'}
          </p>
        )}
        {domain.autoPublish && <PublishingState publishing={publishing} projectId={projectId} onPublish={onPublish} />}
      </div>
      {publishing && publishing.drift.length > 0 && <Drift drift={publishing.drift} onPublish={onPublish} />}
    </Card>
  );
}

function PublishingState({
  publishing,
  projectId,
  onPublish,
}: {
  publishing: Publishing | null;
  projectId: string;
  onPublish: (() => void) | null;
}) {
  if (!publishing || (publishing.comparedAt === null && publishing.problem === null))
    return <p className="text-small text-muted">Waiting to be published…</p>;
  const { problem, comparedAt, nextTryAt } = publishing;
  if (problem === null)
    return (
      <p className="text-small text-muted">
        {publishing.drift.length > 0 ? 'Everything else is published.' : 'Everything is published.'}
        {comparedAt !== null && (
          <>
            {' '}
            Compared with the zone <RelativeTime at={comparedAt} />.
          </>
        )}
      </p>
    );
  return (
    <div className="flex flex-col gap-2 text-small" data-testid="publish-problem">
      <p className="max-w-prose font-medium text-wrong">
        <RichText text={problem.message} />
      </p>
      {problem.reason === 'no_connection' && <ConnectionsLink projectId={projectId} />}
      {problem.conflicts.length > 0 && (
        <ul className="flex flex-col gap-2">
          {problem.conflicts.map(({ name, type, reason }) => (
            <li key={`${type} ${name}`} className="max-w-prose [overflow-wrap:anywhere]">
              <p className="font-mono font-medium" dir="ltr">
                {type} {name}
              </p>
              <p className="text-muted">
                <RichText text={reason} />
              </p>
            </li>
          ))}
        </ul>
      )}
      {onPublish && problem.reason === 'needs_consent' && (
        <div className="text-body">
          <Button onClick={onPublish}>Review…</Button>
        </div>
      )}
      <p className="text-muted">
        {nextTryAt === null ? (
          'We try again when the domain or a DNS connection changes.'
        ) : (
          <>
            We try again <RelativeTime at={nextTryAt} />.
          </>
        )}
      </p>
    </div>
  );
}

/** What somebody changed of what was published, as it was and as it is. */
function Drift({ drift, onPublish }: { drift: Publishing['drift']; onPublish: (() => void) | null }) {
  const isOne = drift.length === 1;
  // What serves as well is never replaced.
  const wrong = drift.filter(({ isRight }) => !isRight).length;
  return (
    <div className="flex flex-col gap-4 border-t border-hairline px-4 py-3" data-testid="drift">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <p className="max-w-prose self-center">
          <span className={`font-medium ${wrong === 0 ? '' : 'text-wrong'}`}>
            {isOne ? 'A published record was changed.' : `${drift.length} published records were changed.`}
          </span>{' '}
          <span className="text-muted">{isOne ? 'We leave it as it is.' : 'We leave them as they are.'}</span>
        </p>
        {onPublish && wrong > 0 && (
          <Button onClick={onPublish}>{wrong === 1 ? 'Put it back…' : 'Put them back…'}</Button>
        )}
      </div>
      {drift.map(({ name, type, before, after, isRight }) => (
        <div key={`${type} ${name}`} className="text-small">
          <p className="font-mono font-medium [overflow-wrap:anywhere]" dir="ltr">
            {type} {name}
          </p>
          <dl className="mt-1 grid items-start gap-y-1 md:grid-cols-[auto_1fr] md:gap-x-3">
            <Values word="Published" values={before} />
            <Values word="Now" values={after}>
              {isRight && <p className="mt-1 text-muted">What is there now also works.</p>}
            </Values>
          </dl>
        </div>
      ))}
    </div>
  );
}

function Values({ word, values, children }: { word: string; values: readonly string[]; children?: ReactNode }) {
  return (
    <>
      <dt className="py-1 text-muted">{word}</dt>
      <dd className="min-w-0">
        <div className="rounded-control bg-sunken px-2 py-1 font-mono [overflow-wrap:anywhere]" dir="ltr">
          {values.length === 0 ? (
            <span className="text-muted">No record</span>
          ) : (
            values.map((value) => <p key={value}>{value}</p>)
          )}
        </div>
        {children}
      </dd>
    </>
  );
}
