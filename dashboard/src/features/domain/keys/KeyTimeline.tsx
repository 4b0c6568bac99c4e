import { Check } from 'lucide-react';
import type { DomainKey } from '../../../api/domains.ts';
import { Moment } from '../../../components/RelativeTime.tsx';

const STEPS: readonly { stage: DomainKey['stage']; word: string }[] = [
  { stage: 'pending', word: 'Pending' },
  { stage: 'active', word: 'Active' },
  { stage: 'retiring', word: 'Retiring' },
  { stage: 'retired', word: 'Retired' },
];

/** Where a key is in its life, and when it got there. */
export function KeyTimeline({ domainKey }: { domainKey: DomainKey }) {
  const at = STEPS.findIndex(({ stage }) => stage === domainKey.stage);
  return (
    <ol aria-label={`Stages of ${domainKey.selector}`} className="grid grid-cols-4 text-small">
      {STEPS.map(({ stage, word }, index) => {
        const time = findTime(domainKey, stage);
        const isPast = index < at && time !== null;
        return (
          <li key={stage} aria-current={index === at ? 'step' : undefined} className="min-w-0">
            <span aria-hidden="true" className="flex items-center">
              <span
                data-mark=""
                className={`flex size-4 shrink-0 items-center justify-center rounded-full border ${
                  index === at
                    ? 'border-accent bg-accent'
                    : isPast
                      ? 'border-edge text-muted'
                      : 'border-edge border-dashed'
                }`}
              >
                {isPast && <Check size={11} strokeWidth={3} />}
              </span>
              {index < STEPS.length - 1 && <span className={`h-px flex-1 ${index < at ? 'bg-edge' : 'bg-hairline'}`} />}
            </span>
            <span className={`mt-1 block pr-2 ${index === at ? 'font-medium text-ink' : 'text-muted'}`}>{word}</span>
            {time !== null && (
              <span className="block pr-2 text-muted max-sm:hidden">
                {stage === 'retired' && domainKey.stage === 'retiring' && 'on '}
                <Moment at={time} />
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** When a key came to a stage, or will come; null where that has not happened and is not known. */
function findTime(key: DomainKey, stage: DomainKey['stage']): string | null {
  switch (stage) {
    case 'pending':
      return key.createdAt;
    case 'active':
      return key.activatedAt;
    case 'retiring':
      // The time is not kept: a successor's activation is when it began.
      return null;
    case 'retired':
      return key.stage === 'retiring' ? key.retiresAt : key.retiredAt;
  }
}
