import type { SeenByCheck } from '../../api/domains.ts';
import { describeSeen } from './describe-seen.ts';

/** What the check saw that somebody asked for, also for whoever listens to the page. */
export function CheckResult({ seen, error = null }: { seen: SeenByCheck | undefined; error?: Error | null }) {
  return (
    <p role="status" data-testid="check-result" className="text-muted empty:hidden">
      {error ? error.message : seen && describeSeen(seen)}
    </p>
  );
}
