/*
 * Parts that every feature uses: frames (`Page`, `OutsidePage`, `Card`, `Dialog`), fields (`Field`, `Select`,
 * `TextArea`), states (`EmptyState`, `ErrorState`, `Skeleton`, `StateMark`), and messages (`toast-store.ts`, shown
 * by `Toaster`). They take their colors and sizes from the tokens in `styles.css`. They make no calls and know no
 * feature.
 */

import { type ReactNode, useEffect, useId, useRef } from 'react';

/** The path of the page that was shown last, and whether anybody has gone to another one since this one was loaded. */
let lastPath: string | null = null;
let hasGone = false;

/** The frame of a page: its title in the tab, one heading, actions at its right, at most 960 px wide. */
export function Page({
  title,
  heading = title,
  back,
  actions,
  intro,
  children,
}: {
  title: string;
  heading?: ReactNode;
  /** A link to what the page belongs to, above its heading. */
  back?: ReactNode;
  actions?: ReactNode;
  intro?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · AutoSend Domains`;
  }, [title]);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // What led here is gone with its page: whoever goes on by keyboard begins at this one. Whoever opens the first page
    // begins at its top, where the first Tab offers to skip to the content.
    hasGone ||= lastPath !== null && lastPath !== location.pathname;
    lastPath = location.pathname;
    if (hasGone && document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, []);
  const headingId = useId();
  return (
    <main
      ref={main}
      id="content"
      tabIndex={-1}
      aria-labelledby={headingId}
      className="mx-auto w-full max-w-page px-4 pt-8 pb-16 outline-none"
    >
      <div className="mb-6">
        {back && <div className="-mt-4 mb-1 text-small">{back}</div>}
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 md:flex-nowrap">
          <h1 id={headingId} className="min-w-0 text-title font-semibold [overflow-wrap:anywhere]">
            {heading}
          </h1>
          {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
        </div>
        {intro && <div className="mt-1 text-muted">{intro}</div>}
      </div>
      <div className="flex flex-col gap-6">{children}</div>
    </main>
  );
}
