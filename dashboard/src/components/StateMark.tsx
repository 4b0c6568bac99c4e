import { CircleCheck, CircleDashed, CircleX, Clock, TriangleAlert } from 'lucide-react';

/** The five states of the design; each has a word, a shape and a color. */
export type State = 'verified' | 'waiting' | 'attention' | 'wrong' | 'unknown';

const LOOK = {
  verified: { Icon: CircleCheck, className: 'text-verified' },
  waiting: { Icon: Clock, className: 'text-muted' },
  attention: { Icon: TriangleAlert, className: 'text-attention' },
  wrong: { Icon: CircleX, className: 'text-wrong' },
  unknown: { Icon: CircleDashed, className: 'text-muted' },
} as const;

/**
 * A state as shape, color and word. `isLive`: something is being done about it right now, which is a slow pulse of the mark.
 * `isNew`: it has just become so, which is felt once.
 */
export function StateMark({
  state,
  word,
  isLive = false,
  isNew = false,
}: {
  state: State;
  word: string;
  isLive?: boolean;
  isNew?: boolean;
}) {
  const { Icon, className } = LOOK[state];
  const motion = isNew ? 'animate-felt' : isLive && state === 'waiting' ? 'animate-pulse-slow' : '';
  return (
    <span
      data-state={state}
      className={`inline-flex items-center gap-1.5 align-top font-medium whitespace-nowrap ${className}`}
    >
      <Icon aria-hidden="true" size={16} className={`shrink-0 ${motion}`} />
      {word}
    </span>
  );
}
