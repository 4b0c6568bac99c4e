import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** The live updates of one page, as a browser keeps them: what ends is opened again. */
export interface LiveStream {
  /** How often it was told that the domain may have changed. */
  countChanges(): number;
  isOpen(): boolean;
  close(): void;
}

/** The dashboard waits for so long too. */
const RECONNECT_MS = 1_000;

/** Opens a stream of server-sent events over a connection of its own. */
export function openLiveStream(url: string): LiveStream {
  const closing = new AbortController();
  let changes = 0;
  let request: ClientRequest | undefined;
  let isOpen = false;

  async function read(): Promise<void> {
    request = get(url, { agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    isOpen = response.statusCode === 200;
    let text = '';
    for await (const part of response.setEncoding('utf8')) {
      text += part;
      const ends = text.lastIndexOf('\n\n');
      changes += text.slice(0, Math.max(ends, 0)).match(/^event: domain$/gm)?.length ?? 0;
      text = text.slice(Math.max(ends, 0));
    }
  }

  async function keepReading(): Promise<void> {
    while (!closing.signal.aborted) {
      // However it ends, it is opened again.
      await read().catch(() => undefined);
      isOpen = false;
      await delay(RECONNECT_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  void keepReading();
  return {
    countChanges: () => changes,
    isOpen: () => isOpen,
    close() {
      closing.abort();
      request?.destroy();
    },
  };
}
