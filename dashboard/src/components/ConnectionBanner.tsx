import { useQueryClient } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { connectionStore } from '../api/connection.ts';

const WORDS = {
  connected: null,
  offline: 'You’re offline. We’ll catch up when you’re back.',
  away: 'Can’t reach the server. Trying again…',
} as const;

/** Says so while the server cannot be reached, and asks for all that is shown once it is back. */
export function ConnectionBanner() {
  const connection = useSyncExternalStore(connectionStore.subscribe, connectionStore.get);
  const client = useQueryClient();
  const before = useRef(connection);
  useEffect(() => {
    if (before.current !== 'connected' && connection === 'connected') void client.invalidateQueries();
    before.current = connection;
  }, [connection, client]);
  const words = WORDS[connection];
  return (
    <div role="status" className="sticky top-0 z-30">
      {words !== null && (
        <p className="flex items-center justify-center gap-2 border-b border-hairline bg-attention-soft px-4 py-2 text-attention">
          <CloudOff aria-hidden="true" size={16} className="shrink-0" />
          {words}
        </p>
      )}
    </div>
  );
}
