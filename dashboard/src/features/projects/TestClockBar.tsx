import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import type { Project } from '../../api/account.ts';
import { call } from '../../api/call.ts';
import { FormError } from '../../components/FormError.tsx';
import { Menu } from '../../components/Menu.tsx';
import { useNow } from '../../components/now.ts';
import { formatMoment } from '../../components/relative-time.ts';
import { showToast } from '../../components/toast-store.ts';
import { TestBadge } from './TestBadge.tsx';

const STEPS = [
  { label: '1 minute', seconds: 60 },
  { label: '1 hour', seconds: 3_600 },
  { label: '1 day', seconds: 86_400 },
  { label: '7 days', seconds: 7 * 86_400 },
  { label: '30 days', seconds: 30 * 86_400 },
] as const;

/** Says what the clock of a test project shows, and moves it. */
export function TestClockBar({ project, canMove }: { project: Project; canMove: boolean }) {
  const client = useQueryClient();
  const now = useNow();
  const advance = useMutation({
    mutationFn: (seconds: number) => moveClock(project.id, seconds),
    onSuccess: ({ checks, deliveries, events }) =>
      showToast(
        `Clock moved: ${count(checks, 'check')}, ${count(events, 'event')}, ${count(deliveries, 'webhook delivery', 'webhook deliveries')}.`,
      ),
    // All that is shown depends on the time.
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <section aria-label="Test clock" className="border-b border-hairline bg-sunken">
      <div className="mx-auto flex max-w-page flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1 text-small text-muted">
        <TestBadge />
        <span>
          The project’s clock shows <span className="text-ink tabular-nums">{formatMoment(now)}</span>.
        </span>
        {canMove && (
          <Menu
            label="Move the clock"
            side="left"
            trigger={
              <>
                {advance.isPending ? 'Moving…' : 'Move the clock'}
                <ChevronDown aria-hidden="true" size={14} />
              </>
            }
            entries={STEPS.map(({ label, seconds }) => ({
              label: `Ahead by ${label}`,
              onSelect: () => !advance.isPending && advance.mutate(seconds),
            }))}
          />
        )}
        <FormError error={advance.error} />
      </div>
    </section>
  );
}

/** Moves the clock, in as many calls as there is work for. */
async function moveClock(projectId: string, seconds: number) {
  const sum = { checks: 0, deliveries: 0, events: 0 };
  for (let left = seconds; left > 0; ) {
    const done = await call('POST /api/projects/:projectId/test/advance', {
      params: { projectId },
      body: { seconds: left },
    });
    for (const what of ['checks', 'deliveries', 'events'] as const) sum[what] += done[what];
    left = done.remainingSeconds;
  }
  return sum;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
