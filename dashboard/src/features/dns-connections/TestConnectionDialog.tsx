import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { type DnsConnection, dnsConnectionsQuery } from '../../api/dns-connections.ts';
import { findFieldError } from '../../api/request-error.ts';
import { Field } from '../../components/Field.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { FormError } from '../../components/FormError.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { Quoted } from './Quoted.tsx';
import { ZoneNames } from './ZoneNames.tsx';

/** Tries a connection, and tells what it lacks. */
export function TestConnectionDialog({
  projectId,
  connection,
  onClose,
}: {
  projectId: string;
  connection: DnsConnection;
  onClose(): void;
}) {
  const [zone, setZone] = useState('');
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () =>
      call('POST /api/projects/:projectId/dns-connections/:connectionId/test', {
        params: { projectId, connectionId: connection.id },
        body: zone.trim() === '' ? {} : { zone: zone.trim() },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: dnsConnectionsQuery(projectId).queryKey }),
  });
  const { data } = test;
  const zoneError = findFieldError(test.error, 'zone');
  return (
    <FormDialog
      title={`Test ${connection.name}`}
      submitLabel="Test"
      closeLabel={data ? 'Close' : 'Cancel'}
      isBusy={test.isPending}
      onSubmit={() => test.mutate()}
      onClose={onClose}
    >
      <Field
        label="Zone to write to (optional)"
        hint="Creates a TXT record there and removes it again: only that shows whether records can be changed."
        placeholder={connection.zones[0] ?? 'example.com'}
        value={zone}
        error={zoneError}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => setZone(event.target.value)}
      />
      <div aria-live="polite" className="empty:hidden">
        {data && (
          <div className="flex flex-col gap-1">
            <p>
              <StateMark state={data.success ? 'verified' : 'wrong'} word={data.success ? 'It works' : 'It failed'} />
            </p>
            {data.problem && <p className="max-w-prose text-small">{data.problem.message}</p>}
            {data.problem?.detail && <Quoted text={data.problem.detail} />}
            {data.writtenTo && (
              <p className="text-small text-muted">A record was created in {data.writtenTo} and removed.</p>
            )}
            {data.success && <ZoneNames zones={data.zones} hasAll={data.hasAllZones} />}
          </div>
        )}
      </div>
      {!zoneError && <FormError error={test.error} />}
    </FormDialog>
  );
}
