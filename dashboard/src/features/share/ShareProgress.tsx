import type { ReactNode } from 'react';

/** How far it is, always in sight: at the foot of the window, under the thumb on a phone. */
export function ShareProgress({ live, all, children }: { live: number; all: number; children: ReactNode }) {
  const isDone = live === all;
  return (
    <div className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-hairline bg-card px-4 py-2 md:bottom-4 md:mx-0 md:rounded-box md:border md:shadow-lg md:shadow-black/5">
      <div className="flex min-w-40 flex-1 flex-col gap-1">
        <p className="text-small">
          {isDone ? 'All records are live. You can close this page.' : `${live} of ${all} live · checking every 10 s`}
        </p>
        <progress value={live} max={all} aria-label="Records that are live" />
      </div>
      {children}
    </div>
  );
}
