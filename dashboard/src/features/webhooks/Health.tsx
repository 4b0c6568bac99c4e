import type { Webhook } from '../../api/webhooks.ts';
import { type State, StateMark } from '../../components/StateMark.tsx';

/** How a webhook does, in a word, and what became of its deliveries of the last 24 hours. */
export function Health({ webhook }: { webhook: Webhook }) {
  const { state, word } = describeHealth(webhook);
  const { delivered, failed, waiting } = webhook.lastDay;
  const counts = [`${delivered} delivered`, failed > 0 && `${failed} failed`, waiting > 0 && `${waiting} waiting`];
  return (
    <div className="text-small">
      <StateMark state={state} word={word} />
      <p className="text-muted">{counts.filter(Boolean).join(', ')} in 24 hours</p>
    </div>
  );
}

function describeHealth({ isActive, disabledReason, failingSince }: Webhook): { state: State; word: string } {
  if (!isActive && disabledReason === 'gone') return { state: 'wrong', word: 'Disabled after a 410 response' };
  if (!isActive && disabledReason === 'failing') return { state: 'wrong', word: 'Disabled after failing for 5 days' };
  if (!isActive) return { state: 'unknown', word: 'Disabled' };
  return failingSince === null ? { state: 'verified', word: 'Active' } : { state: 'attention', word: 'Failing' };
}
