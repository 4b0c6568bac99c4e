import { type ReactNode, useEffect } from 'react';
import { Logo } from '../features/shell/Logo.tsx';

/** The frame of the pages that need no session: one narrow card in the middle. */
export function OutsidePage({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · AutoSend Domains`;
  }, [title]);
  return (
    <main id="content" className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center px-4 py-12">
      <div className="mb-6">
        <Logo />
        <h1 className="mt-4 text-title font-semibold">{title}</h1>
        {intro && <div className="mt-1 text-muted">{intro}</div>}
      </div>
      {children}
    </main>
  );
}
