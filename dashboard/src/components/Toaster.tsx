import { useEffect, useId, useRef, useState, useSyncExternalStore } from 'react';
import { toastStore } from './toast-store.ts';

const SHOWN_MS = 4_000;

/**
 * Shows the present toast in the top layer, and reads it out. An open dialog has one of its own: what is outside of it is
 * covered and silent (HTML §6.3.1, inert), so the innermost one speaks.
 */
export function Toaster() {
  const id = useId();
  const toast = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  const host = useSyncExternalStore(toastStore.subscribe, toastStore.getHost);
  const [goneId, setGoneId] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => toastStore.addHost(id), [id]);
  useEffect(() => {
    if (!toast) return;
    const timer = setTimeout(() => setGoneId(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  const isShown = toast !== null && toast.id !== goneId && host === id;
  useEffect(() => {
    if (!isShown) return;
    const element = box.current;
    element?.showPopover();
    return () => element?.hidePopover();
  }, [isShown]);
  return (
    <div role="status">
      <div
        ref={box}
        popover="manual"
        className="pointer-events-none fixed inset-x-4 top-auto bottom-4 m-0 w-auto justify-center overflow-visible border-0 bg-transparent p-0 open:flex"
      >
        {isShown && (
          <p key={toast.id} className="max-w-prose animate-appear rounded-box bg-ink px-4 py-2 text-small text-ground">
            {toast.text}
          </p>
        )}
      </div>
    </div>
  );
}
