import { useEffect, useRef } from 'react';
import type { DashboardCall, DashboardLive } from '../../../server/src/wire/dashboard/contract.ts';

import { askServer } from './connection.ts';

/** How often the page polls where live updates cannot be had. */
const POLL_MS = 3_000;
/** After a refusal the browser does not try again automatically. */
const RECONNECT_MS = 15_000;
/** What is shown when a page opens was asked for a moment ago; what changed before the stream began is asked for when the page has settled. */
const SETTLE_MS = 2_000;

type LiveCall = { [K in DashboardCall]: DashboardLive<K> extends never ? never : K }[DashboardCall];

/**
 * Follows live updates (server-sent events) for as long as the page is open: each event goes to the function of its name.
 * `refresh` asks for everything anew: a moment after the first connection and with each one after it, when something may have been missed, and every few seconds
 * while there is none and the page is checked. `url` null follows nothing.
 */
export function useLiveUpdates<K extends LiveCall>(
  url: string | null,
  on: { readonly [E in Exclude<keyof DashboardLive<K>, 'ready'>]: (data: DashboardLive<K>[E]) => void },
  refresh: () => void,
): void {
  const latest = useRef({ on: on as Readonly<Record<string, (data: unknown) => void>>, refresh });
  latest.current = { on: on as Readonly<Record<string, (data: unknown) => void>>, refresh };
  const names = Object.keys(on).join(' ');
  useEffect(() => {
    if (url === null) return;
    let polling: ReturnType<typeof setInterval> | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let settling: ReturnType<typeof setTimeout> | undefined;
    let isFirst = true;
    let source: EventSource | undefined;
    const stopPolling = () => {
      clearInterval(polling);
      polling = undefined;
    };
    const connect = () => {
      source = new EventSource(url);
      source.addEventListener('ready', () => {
        stopPolling();
        if (isFirst) settling = setTimeout(() => latest.current.refresh(), SETTLE_MS);
        else latest.current.refresh();
        isFirst = false;
      });
      for (const name of names.split(' '))
        source.addEventListener(name, (event: MessageEvent<string>) => {
          latest.current.on[name]?.(JSON.parse(event.data));
          if (name === 'ended') source?.close();
        });
      source.onerror = () => {
        void askServer();
        polling ??= setInterval(() => document.visibilityState === 'visible' && latest.current.refresh(), POLL_MS);
        if (source?.readyState === EventSource.CLOSED) retry = setTimeout(connect, RECONNECT_MS);
      };
    };
    connect();
    return () => {
      source?.close();
      clearTimeout(retry);
      clearTimeout(settling);
      stopPolling();
    };
  }, [url, names]);
}
