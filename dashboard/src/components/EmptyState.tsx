import type { ReactNode } from 'react';

/** What stands where nothing is yet, and leads on. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center px-4 py-12 text-center">
      <h2 className="mb-1 text-base font-semibold">{title}</h2>
      <div className="w-full text-balance text-muted">{children}</div>
    </div>
  );
}
