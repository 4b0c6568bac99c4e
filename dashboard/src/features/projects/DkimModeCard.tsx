import { useMutation, useQueryClient } from '@tanstack/react-query';
import { accountQuery, type Project } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { showToast } from '../../components/toast-store.ts';

/** How new domains publish their DKIM keys: as TXT records, or by CNAMEs that never change. */
export function DkimModeCard({ project }: { project: Project }) {
  const client = useQueryClient();
  const isCname = project.dkimMode === 'cname';
  const update = useMutation({
    mutationFn: () =>
      call('PATCH /api/projects/:projectId', {
        params: { projectId: project.id },
        body: { dkimMode: isCname ? 'txt' : 'cname' },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: accountQuery().queryKey });
      showToast('Saved');
    },
    onError: (error) => showToast(error.message),
  });
  return (
    <Card title="DKIM keys of new domains">
      <div className="flex flex-wrap items-center justify-between gap-4 px-4 py-4">
        <p className="max-w-prose text-muted">
          {isCname
            ? 'New domains show two CNAME records that never change. Keys rotate without anyone touching the domain’s DNS.'
            : 'New domains show their key as a TXT record. Each rotation needs a new record in the domain’s DNS.'}{' '}
          Existing domains stay as they are.
        </p>
        <Button isBusy={update.isPending} onClick={() => update.mutate()}>
          {isCname ? 'Use TXT records' : 'Use CNAME records'}
        </Button>
      </div>
    </Card>
  );
}
