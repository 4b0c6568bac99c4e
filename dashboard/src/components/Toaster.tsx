import { useEffect, useState, useSyncExternalStore } from 'react';
import { toastStore } from './toast-store.ts';

const SHOWN_MS = 4_000;

/** Shows the present toast, and reads it out. */
export function Toaster() {
  const toast = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  const [goneId, setGoneId] = useState(0);
  useEffect(() => {
    if (!toast) return;
    const timer = setTimeout(() => setGoneId(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  const isShown = toast !== null && toast.id !== goneId;
  return (
    <div role="status" className="pointer-events-none fixed inset-x-4 bottom-4 z-30 flex justify-center">
      {isShown && (
        <p key={toast.id} className="max-w-prose animate-appear rounded-box bg-ink px-4 py-2 text-small text-ground">
          {toast.text}
        </p>
      )}
    </div>
  );
}
