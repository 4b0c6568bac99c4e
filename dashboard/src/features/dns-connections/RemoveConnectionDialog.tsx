import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import { type DnsConnection, dnsConnectionQuery, dnsConnectionsQuery } from '../../api/dns-connections.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { FormError } from '../../components/FormError.tsx';
import { showToast } from '../../components/toast-store.ts';

const SHOWN = 8;

/** Removes a connection, after saying which domains lie in its zones. */
export function RemoveConnectionDialog({
  projectId,
  connection,
  onClose,
}: {
  projectId: string;
  connection: DnsConnection;
  onClose(): void;
}) {
  const client = useQueryClient();
  const detail = useQuery(dnsConnectionQuery(projectId, connection.id));
  const remove = useMutation({
    mutationFn: () =>
      call('DELETE /api/projects/:projectId/dns-connections/:connectionId', {
        params: { projectId, connectionId: connection.id },
      }),
    onSuccess: async () => {
      client.removeQueries({ queryKey: dnsConnectionQuery(projectId, connection.id).queryKey });
      await client.invalidateQueries({ queryKey: dnsConnectionsQuery(projectId).queryKey });
      showToast(`Removed ${connection.name}`);
      onClose();
    },
  });
  const domains = detail.data?.domains ?? [];
  return (
    <FormDialog
      title={`Remove ${connection.name}?`}
      submitLabel="Remove connection"
      isDangerous
      isDisabled={detail.isPending}
      isBusy={remove.isPending}
      onSubmit={() => remove.mutate()}
      onClose={onClose}
    >
      <div className="flex max-w-prose flex-col gap-2 text-muted">
        <p>
          The credentials are deleted here. Records that were published stay in DNS; revoke the credentials at the
          provider yourself.
        </p>
        {domains.length > 0 && (
          <>
            <p>These domains are in its zones. Their records can no longer be published through it:</p>
            <ul className="list-disc pl-5 text-ink">
              {domains.slice(0, SHOWN).map((domain) => (
                <li key={domain} className="[overflow-wrap:anywhere]">
                  {domain}
                </li>
              ))}
            </ul>
            {(domains.length > SHOWN || detail.data?.hasMoreDomains) && (
              <p>{detail.data?.hasMoreDomains ? 'And many more.' : `And ${domains.length - SHOWN} more.`}</p>
            )}
          </>
        )}
        {detail.data && domains.length === 0 && <p>None of this project’s domains are in its zones.</p>}
      </div>
      <FormError error={remove.error ?? detail.error} />
    </FormDialog>
  );
}
