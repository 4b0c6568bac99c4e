import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { DEFAULT_WITHDRAW, type WithdrawChoice } from '../../../../server/src/core/publishing/withdraw-choice.ts';
import { call } from '../../api/call.ts';
import { type Domain, domainKey, domainListKey } from '../../api/domains.ts';
import { DeleteDialog } from '../../components/DeleteDialog.tsx';
import { showToast } from '../../components/toast-store.ts';
import { WithdrawChoices } from './publishing/WithdrawChoices.tsx';

/** Deletes a domain once its name was typed, and goes back to the list. */
export function DeleteDomain({ domain, projectId, onClose }: { domain: Domain; projectId: string; onClose(): void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [withdraw, setWithdraw] = useState<WithdrawChoice>(DEFAULT_WITHDRAW);
  const remove = useMutation({
    mutationFn: () =>
      call('DELETE /api/projects/:projectId/domains/:domainId', {
        params: { projectId, domainId: domain.id },
        body: { confirm: domain.domainName, ...(domain.hasPublications && { withdraw }) },
      }),
    onSuccess: async () => {
      await navigate({ to: '/projects/$projectId/domains', params: { projectId } });
      client.removeQueries({ queryKey: domainKey(projectId, domain.id) });
      await client.invalidateQueries({ queryKey: domainListKey(projectId) });
      showToast(`Deleted ${domain.domainName}`);
    },
  });
  return (
    <DeleteDialog
      what="domain"
      name={domain.unicodeName ?? domain.domainName}
      otherName={domain.domainName}
      error={remove.error?.message}
      isBusy={remove.isPending}
      onDelete={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        Mail from {domain.domainName} will no longer be signed, and receivers may reject it. Its DKIM keys are
        permanently deleted. If you add the domain again, you’ll get new records to publish.
      </p>
      {domain.hasPublications ? (
        <>
          <p>Its share links stop working.</p>
          <WithdrawChoices value={withdraw} onChange={setWithdraw} />
        </>
      ) : (
        <p>Its share links stop working. The records in your DNS stay until you remove them there.</p>
      )}
    </DeleteDialog>
  );
}
