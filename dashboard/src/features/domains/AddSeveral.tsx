import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addDomain, domainListKey } from '../../api/domains.ts';
import { Button } from '../../components/Button.tsx';
import { showToast } from '../../components/toast-store.ts';
import { Duplicate, isDuplicate } from './Duplicate.tsx';
import { FailureList } from './FailureList.tsx';
import { type Failure, runEach } from './run-each.ts';

/** Offers to add all names that somebody pasted at once. */
export function AddSeveral({
  names,
  projectId,
  regionKey,
  onBack,
  onDone,
}: {
  names: readonly string[];
  projectId: string;
  regionKey: string;
  onBack(): void;
  onDone: (() => void) | undefined;
}) {
  const [done, setDone] = useState(0);
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: () => runEach(names, (name) => addDomain(projectId, name, regionKey), setDone),
    onSuccess: async (failures) => {
      await client.invalidateQueries({ queryKey: domainListKey(projectId) });
      showToast(`Added ${names.length - failures.length} of ${names.length} domains`);
      if (failures.length === 0) onDone?.();
    },
  });
  const failures: readonly Failure<string>[] = add.data ?? [];
  return (
    <div className="flex flex-col gap-4 text-left">
      <p>{names.length} domains to add:</p>
      <ul className="max-h-60 overflow-auto rounded-control bg-sunken px-3 py-2 [overflow-wrap:anywhere]">
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
      <p role="status" className="text-small text-muted">
        {add.isPending && `Added ${done} of ${names.length}…`}
      </p>
      <FailureList
        failures={failures.map(({ item, error }) => ({
          name: item,
          message: isDuplicate(error) ? <Duplicate projectId={projectId} name={item} /> : error.message,
        }))}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onBack}>Back</Button>
        {add.isSuccess && onDone ? (
          <Button variant="primary" onClick={onDone}>
            Done
          </Button>
        ) : (
          <Button variant="primary" isBusy={add.isPending} disabled={add.isSuccess} onClick={() => add.mutate()}>
            Add {names.length} domains
          </Button>
        )}
      </div>
    </div>
  );
}
