import type { ReactNode } from 'react';

/** The buttons at the end of a dialog. They stay in sight while what is above them is scrolled, where the window has room for both. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div className="bottom-0 -mx-5 -mb-5 flex flex-wrap justify-end gap-2 border-t border-hairline bg-card px-5 py-3 [@media(min-height:30rem)]:sticky">
      {children}
    </div>
  );
}
