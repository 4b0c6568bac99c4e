import { setTimeout as delay } from 'node:timers/promises';

/** The events of a project as a client follows them that comes back wherever it left off. */
export interface FollowedEvents {
  /** The types and names of all that came, in order. */
  readonly told: readonly { readonly id: string; readonly type: string; readonly domainName: string }[];
  end(): Promise<void>;
}

/** Between two tries to open the stream. */
const PAUSE_MS = 100;
/** So long it may take until the first stream is open. */
const OPEN_MS = 60_000;

/**
 * Follows `/v1/events/stream` until it is ended. `url` is asked before each try, and may name another node. Resolves when the stream
 * is open for the first time: what happens before that, it doesn't tell.
 */
export async function followEvents(url: () => string, apiKey: string): Promise<FollowedEvents> {
  const told: { id: string; type: string; domainName: string }[] = [];
  const ending = new AbortController();
  const opened = Promise.withResolvers<void>();
  let lastId = '';

  async function read(): Promise<void> {
    const headers = { authorization: `Bearer ${apiKey}`, ...(lastId && { 'last-event-id': lastId }) };
    const reply = await fetch(`${url()}/v1/events/stream`, { headers, signal: ending.signal });
    if (!reply.ok || !reply.body) return;
    opened.resolve();
    let text = '';
    for await (const part of reply.body.pipeThrough(new TextDecoderStream())) {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, id = '', type = '', data = '{}'] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/m.exec(block) ?? [];
        if (id === '') continue;
        lastId = id;
        const domainName: string = JSON.parse(data).data?.domainName ?? '';
        told.push({ id, type, domainName });
      }
    }
  }

  async function follow(): Promise<void> {
    while (!ending.signal.aborted) {
      // Whatever breaks it, it is opened again.
      await read().catch(() => undefined);
      await delay(PAUSE_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  const following = follow();
  const isOpen = await Promise.race([opened.promise.then(() => true), delay(OPEN_MS, false, { ref: false })]);
  if (!isOpen) {
    ending.abort();
    throw new Error("The stream of events didn't open.");
  }
  return {
    told,
    async end() {
      ending.abort();
      await following;
    },
  };
}
