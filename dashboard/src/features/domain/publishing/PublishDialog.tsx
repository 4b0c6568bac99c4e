import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../../../api/call.ts';
import { type DnsPlan, dnsPlanQuery } from '../../../api/dns-plan.ts';
import { type Domain, domainKey } from '../../../api/domains.ts';
import { RequestError } from '../../../api/request-error.ts';
import { Button } from '../../../components/Button.tsx';
import { Dialog, DialogActions } from '../../../components/Dialog.tsx';
import { FormError } from '../../../components/FormError.tsx';
import { showToast } from '../../../components/toast-store.ts';
import { ConnectionsLink } from './ConnectionsLink.tsx';
import { PlannedChange } from './PlannedChange.tsx';

/** Shows what would be written into the zone, asks about what only a person can decide, and writes it. */
export function PublishDialog({ projectId, domain, onClose }: { projectId: string; domain: Domain; onClose(): void }) {
  const [consents, setConsents] = useState<readonly string[]>([]);
  const client = useQueryClient();
  const params = { projectId, domainId: domain.id };
  const plan = useQuery(dnsPlanQuery(projectId, domain.id));
  const publish = useMutation({
    mutationFn: ({ planId }: DnsPlan) =>
      call('POST /api/projects/:projectId/domains/:domainId/dns-plan/apply', {
        params,
        body: { planId, consents: [...consents] },
      }),
    onSuccess: ({ status, written, left }) => {
      showToast(
        status === 'writing'
          ? 'The DNS provider is taking a while. Publishing continues in the background.'
          : `Published ${count(written.length)}${left.length > 0 ? `, left ${left.length} as they are` : ''}. Checking them now.`,
      );
      void client.invalidateQueries({ queryKey: domainKey(projectId, domain.id) });
      onClose();
    },
    onError: (error) => {
      if (!(error instanceof RequestError) || error.code !== 'DNS_PLAN_CHANGED') return;
      // The consents were for what is no longer there.
      setConsents([]);
      void plan.refetch();
    },
  });
  const agree = (code: string, isAgreed: boolean) =>
    setConsents(isAgreed ? [...consents, code] : consents.filter((each) => each !== code));
  const writes = plan.data?.changes.filter(({ action, consent }) =>
    action === 'conflict' ? consent !== undefined && consents.includes(consent.code) : action !== 'keep',
  );
  return (
    <Dialog title={`Publish the records of ${domain.domainName}`} width="max-w-2xl" onClose={onClose}>
      <div className="flex flex-col gap-4">
        {plan.isPending && (
          <p role="status" className="text-muted">
            Reading your DNS zone…
          </p>
        )}
        {plan.error && <NoPlan error={plan.error} projectId={projectId} />}
        <FormError error={publish.error} />
        {plan.data && <Plan plan={plan.data} consents={consents} onAgree={agree} />}
        <DialogActions>
          <Button onClick={onClose}>{writes?.length === 0 || plan.error ? 'Close' : 'Cancel'}</Button>
          {plan.data && (
            <Button
              variant="primary"
              disabled={writes?.length === 0 || plan.data.isBeingWritten}
              isBusy={publish.isPending || plan.isFetching}
              onClick={() => publish.mutate(plan.data)}
            >
              {`Publish ${count(writes?.length ?? 0)}`}
            </Button>
          )}
        </DialogActions>
      </div>
    </Dialog>
  );
}

function Plan({
  plan: { zone, connectionName, changes, isBeingWritten },
  consents,
  onAgree,
}: {
  plan: DnsPlan;
  consents: readonly string[];
  onAgree(code: string, isAgreed: boolean): void;
}) {
  const asked = new Set<string>();
  const show = (change: DnsPlan['changes'][number]): ReactNode => {
    const agreement = change.consent?.code;
    const asksFor = agreement !== undefined && !asked.has(agreement);
    if (agreement !== undefined) asked.add(agreement);
    return (
      <PlannedChange
        key={`${change.name} ${change.type}`}
        change={change}
        asksFor={asksFor}
        isAgreed={agreement !== undefined && consents.includes(agreement)}
        onAgree={(isAgreed) => agreement !== undefined && onAgree(agreement, isAgreed)}
      />
    );
  };
  const open = changes.filter(({ action }) => action !== 'keep');
  const kept = changes.filter(({ action }) => action === 'keep');
  return (
    <>
      <p className="max-w-prose text-muted">
        {open.length === 0 ? 'Everything is published.' : 'Nothing has been written yet.'} Zone{' '}
        <span dir="ltr" className="font-mono text-small text-ink">
          {zone}
        </span>
        , through the DNS connection <span className="text-ink">{connectionName}</span>.
      </p>
      {isBeingWritten && (
        <p className="text-attention">Records are being written right now. Check again in a moment.</p>
      )}
      {open.length > 0 && <ul className="border-t border-hairline">{open.map(show)}</ul>}
      {kept.length > 0 && (
        <section>
          <h3 className="border-b border-hairline pb-2 text-small font-medium">Stays as it is</h3>
          <ul>{kept.map(show)}</ul>
        </section>
      )}
    </>
  );
}

function NoPlan({ error, projectId }: { error: Error; projectId: string }) {
  const isMissing = error instanceof RequestError && error.code === 'DNS_CONNECTION_MISSING';
  return (
    <div role="alert" className="flex flex-col gap-2">
      <p className="max-w-prose">{error.message}</p>
      {isMissing && <ConnectionsLink projectId={projectId} />}
    </div>
  );
}

function count(many: number): string {
  return many === 1 ? '1 record set' : `${many} record sets`;
}
