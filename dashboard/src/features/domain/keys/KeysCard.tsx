import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { maySend } from '../../../../../server/src/core/lifecycle/sending-statuses.ts';
import { call } from '../../../api/call.ts';
import { type Domain, type DomainKey, domainQuery, domainKey as domainQueryKey } from '../../../api/domains.ts';
import { showNewest } from '../../../api/show-newest.ts';
import { Button } from '../../../components/Button.tsx';
import { Card } from '../../../components/Card.tsx';
import { FormDialog } from '../../../components/FormDialog.tsx';
import { FormError } from '../../../components/FormError.tsx';
import { Select } from '../../../components/Select.tsx';
import { showToast } from '../../../components/toast-store.ts';
import { Fold } from '../Fold.tsx';
import { KeyItem, type KeyMove } from './KeyItem.tsx';
import { RotateDialog } from './RotateDialog.tsx';

const INTERVALS = [
  { value: '0', label: 'Never' },
  { value: '90', label: 'Every 90 days' },
  { value: '180', label: 'Every 180 days (recommended)' },
  { value: '365', label: 'Every 365 days' },
];

/** The keys that a domain's mail is signed with, through their life. */
export function KeysCard({ projectId, domain, canWrite }: { projectId: string; domain: Domain; canWrite: boolean }) {
  const [dialog, setDialog] = useState<'rotate' | DomainKey | null>(null);
  const client = useQueryClient();
  const params = { projectId, domainId: domain.id };
  const refresh = () => client.invalidateQueries({ queryKey: domainQueryKey(projectId, domain.id) });
  const move = useMutation({
    mutationFn: ({ key, to }: { key: DomainKey; to: KeyMove }) =>
      call(
        to === 'activate'
          ? 'POST /api/projects/:projectId/domains/:domainId/keys/:selector/activate'
          : 'POST /api/projects/:projectId/domains/:domainId/keys/:selector/revoke',
        { params: { ...params, selector: key.selector } },
      ),
    onSuccess: async ({ selector }, { to }) => {
      await refresh();
      // Going back asks nothing: a dialog that is open by now is about something else.
      if (to === 'revoke') setDialog(null);
      showToast(to === 'activate' ? `Mail is now signed with ${selector}` : `Revoked ${selector}`);
    },
  });
  const rotateEvery = useMutation({
    mutationFn: (dkimRotationDays: number) =>
      call('PATCH /api/projects/:projectId/domains/:domainId', { params, body: { dkimRotationDays } }),
    onSuccess: (newest) => {
      showNewest(client, domainQuery(projectId, domain.id), newest);
      showToast('Saved');
    },
    onError: (error) => showToast(error.message),
  });
  // What was refused because of how the keys stood is no news once they stand otherwise.
  const stages = domain.keys.map(({ selector, stage, isPublished }) => `${selector} ${stage} ${isPublished}`).join();
  const { isError, reset } = move;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change that counts.
  useEffect(() => {
    if (isError) reset();
  }, [stages]);
  const present = domain.keys.filter(({ stage }) => stage !== 'retired');
  const past = domain.keys.filter(({ stage }) => stage === 'retired');
  const listItems = (keys: readonly DomainKey[]) =>
    keys.map((key) => (
      <KeyItem
        key={key.selector}
        domainKey={key}
        isVerified={maySend(domain.verificationStatus)}
        busy={move.isPending && move.variables.key.selector === key.selector ? move.variables.to : null}
        onMove={
          canWrite
            ? (to) => {
                move.reset();
                if (to === 'activate') move.mutate({ key, to });
                else setDialog(key);
              }
            : null
        }
      />
    ));
  return (
    <Card title="DKIM keys" actions={canWrite && <Button onClick={() => setDialog('rotate')}>Rotate key</Button>}>
      {move.error && dialog === null && (
        <div className="border-b border-hairline px-4 py-3">
          <FormError error={move.error} />
        </div>
      )}
      <ul className="divide-y divide-hairline">{listItems(present)}</ul>
      <div className="border-t border-hairline px-4 py-3">
        {canWrite ? (
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
            <p className="max-w-prose text-small text-muted">
              {domain.dkimMode === 'cname'
                ? 'Rotate automatically. Nothing changes in your DNS; the current key stays in use until the next one is live.'
                : 'Rotate automatically. You’ll get a new record to publish; the current key stays in use until it’s live.'}
            </p>
            <Select
              label="Automatic rotation"
              isLabelHidden
              className="w-64"
              value={String(domain.dkimRotationDays)}
              options={listIntervals(domain.dkimRotationDays)}
              disabled={rotateEvery.isPending}
              onChange={(event) => rotateEvery.mutate(Number(event.target.value))}
            />
          </div>
        ) : (
          <p className="text-small text-muted">
            {domain.dkimRotationDays === 0
              ? 'Keys are rotated manually.'
              : `A new key is created every ${domain.dkimRotationDays} days.`}
          </p>
        )}
      </div>
      {past.length > 0 && (
        <div className="border-t border-hairline">
          <Fold title={`Previous keys (${past.length})`}>
            <ul className="divide-y divide-hairline">{listItems(past)}</ul>
          </Fold>
        </div>
      )}
      {dialog === 'rotate' && (
        <RotateDialog {...params} isCname={domain.dkimMode === 'cname'} onClose={() => setDialog(null)} />
      )}
      {dialog !== null && dialog !== 'rotate' && (
        <FormDialog
          title={`Revoke ${dialog.selector}?`}
          submitLabel="Revoke key"
          isDangerous
          isBusy={move.isPending}
          onSubmit={() => move.mutate({ key: dialog, to: 'revoke' })}
          onClose={() => setDialog(null)}
        >
          <FormError error={move.error} />
          <p className="max-w-prose text-muted">{describeRevocation(dialog)}</p>
        </FormDialog>
      )}
    </Card>
  );
}

/** An interval that was set by the API stands among those that can be chosen here. */
function listIntervals(days: number) {
  const value = String(days);
  return INTERVALS.some((each) => each.value === value)
    ? INTERVALS
    : [...INTERVALS, { value, label: `Every ${days} days` }];
}

function describeRevocation({ stage }: DomainKey): string {
  switch (stage) {
    case 'pending':
      return 'The private key is permanently deleted, and its record is no longer needed. Mail is signed as before. This can’t be undone.';
    case 'active':
      return 'The private key is permanently deleted. Mail is signed without it from now on; the RSA key stays. This can’t be undone.';
    case 'retiring':
    case 'retired':
      return 'The private key is permanently deleted. This can’t be undone. Mail in transit that was signed with it passes only while its record is there.';
  }
}
