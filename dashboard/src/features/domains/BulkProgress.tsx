import { FailureList } from './FailureList.tsx';
import type { Selected } from './selection.ts';
import type { Each } from './use-each.ts';

/** How far something is that is done with many domains, and with which it could not be done. */
export function BulkProgress({ each, all, verb }: { each: Each<Selected>; all: number; verb: string }) {
  const { isRunning, isDone, done, failures } = each;
  const succeeded = done - failures.length;
  return (
    <>
      <p role="status" className="empty:hidden">
        {isRunning && `${verb} ${done} of ${all}…`}
        {isDone && `${verb} ${succeeded} of ${all}.`}
      </p>
      {isRunning && <progress value={done} max={all} aria-label="How many are done" />}
      <FailureList
        failures={failures.map(({ item, error }) => ({
          name: item.unicodeName ?? item.domainName,
          message: error.message,
        }))}
      />
    </>
  );
}
