import { X } from 'lucide-react';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Toaster } from './Toaster.tsx';

/**
 * A modal dialog on the browser's own `<dialog>`: the focus stays inside and returns, Escape closes, what is behind is inert.
 * Mounted means open. A click beside it closes it, unless `isHeld` (something is shown that cannot be shown again).
 */
export function Dialog({
  title,
  onClose,
  isHeld = false,
  hidesPage = false,
  width = 'max-w-lg',
  children,
}: {
  title: string;
  onClose(): void;
  isHeld?: boolean;
  /** Whether nothing of what is behind it may be seen. */
  hidesPage?: boolean;
  width?: string;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const isGone = useRef(false);
  // At once: later the focus may be where nobody came from.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const before = document.activeElement;
    element.showModal();
    // The browser would begin with the button that closes.
    element.querySelector<HTMLElement>('input, select, textarea')?.focus();
    return () => {
      isGone.current = true;
      // An element that is taken away while it is open gives the focus to nobody.
      element.close();
      const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body;
      const next = isThere ? before : document.getElementById('content');
      next?.focus({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it, and the browser brings it.
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      className={`m-auto w-[calc(100vw-32px)] ${width} ${hidesPage ? 'backdrop:bg-ground' : ''} max-h-[calc(100dvh-32px)] animate-appear scroll-pb-20 overflow-auto rounded-box border border-hairline bg-card p-0 text-ink`}
      onCancel={(event) => {
        event.preventDefault();
        if (!isHeld) onClose();
      }}
      onClose={() => {
        // Whoever presses Escape often enough is not asked any more: the browser closes it by itself.
        if (isGone.current) return;
        if (isHeld) dialog.current?.showModal();
        else onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget && !isHeld) onClose();
      }}
    >
      <div className="p-5">
        <div className="mb-4 flex items-start justify-between gap-4">
          <h2 id={titleId} className="text-base font-semibold [overflow-wrap:anywhere]">
            {title}
          </h2>
          {!isHeld && (
            <button
              type="button"
              aria-label="Close"
              className="-m-2 rounded-control p-2 text-muted hover:text-ink"
              onClick={onClose}
            >
              <X aria-hidden="true" size={16} />
            </button>
          )}
        </div>
        {children}
      </div>
      <Toaster />
    </dialog>
  );
}

/** The buttons at the end of a dialog. They stay in sight while what is above them is scrolled, where the window has room for both. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div className="bottom-0 -mx-5 -mb-5 flex flex-wrap justify-end gap-2 border-t border-hairline bg-card px-5 py-3 [@media(min-height:30rem)]:sticky">
      {children}
    </div>
  );
}
