import { useId } from 'react';
import type { WithdrawChoice } from '../../../../../server/src/core/publishing/withdraw-choice.ts';

const CHOICES: readonly { readonly value: WithdrawChoice; readonly label: string; readonly hint: string }[] = [
  {
    value: 'later',
    label: 'Remove them, but keep the DKIM records for 7 days',
    hint: 'Mail in transit needs the key to pass.',
  },
  { value: 'now', label: 'Remove all of them now', hint: 'Mail in transit may fail.' },
  { value: 'never', label: 'Leave them in DNS', hint: 'You can remove them there yourself.' },
];

/** Asks what becomes of the records that the service published for a domain that is deleted. */
export function WithdrawChoices({ value, onChange }: { value: WithdrawChoice; onChange(value: WithdrawChoice): void }) {
  const id = useId();
  return (
    <fieldset className="flex flex-col gap-2 text-ink">
      <legend className="mb-1 font-medium">DNS records that we published</legend>
      {CHOICES.map((choice) => (
        <div key={choice.value} className="flex items-start gap-2">
          <input
            id={`${id}-${choice.value}`}
            type="radio"
            name={id}
            className="mt-1 size-4 shrink-0 accent-accent"
            checked={choice.value === value}
            aria-describedby={`${id}-${choice.value}-hint`}
            onChange={() => onChange(choice.value)}
          />
          <div>
            <label htmlFor={`${id}-${choice.value}`}>{choice.label}</label>
            <p id={`${id}-${choice.value}-hint`} className="text-small text-muted">
              {choice.hint}
            </p>
          </div>
        </div>
      ))}
      <p className="text-small text-muted">Records that someone changed since then stay as they are.</p>
    </fieldset>
  );
}
