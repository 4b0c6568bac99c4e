import type { ReactNode } from 'react';

/** A box with an optional heading and actions beside it. */
export function Card({
  title,
  actions,
  children,
  label,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** What the box is called where it has no heading of its own. */
  label?: string;
}) {
  return (
    <section aria-label={label} className="rounded-box border border-hairline bg-card">
      {title && (
        <div className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-hairline px-4 py-2">
          <h2 className="text-base font-semibold">{title}</h2>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </div>
      )}
      {children}
    </section>
  );
}
