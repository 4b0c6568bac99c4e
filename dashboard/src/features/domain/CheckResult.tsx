import type { SeenByCheck } from '../../api/domains.ts';
import { describeSeen } from './describe-seen.ts';

/** What the check saw that somebody asked for, also for whoever listens to the page; until another one has seen more. */
export function CheckResult({
  seen,
  checkedAt,
  error = null,
}: {
  seen: SeenByCheck | undefined;
  /** When the last check was that the page shows. */
  checkedAt: string | null;
  error?: Error | null;
}) {
  const isPast = checkedAt !== null && seen?.checkedAt != null && checkedAt > seen.checkedAt;
  return (
    <p role="status" data-testid="check-result" className="text-muted empty:hidden">
      {error ? error.message : seen && !isPast && describeSeen(seen)}
    </p>
  );
}
