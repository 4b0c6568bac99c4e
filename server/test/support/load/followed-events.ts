import { setTimeout as delay } from 'node:timers/promises';

/** The events of a project as a client follows them that comes back wherever it left off. */
export interface FollowedEvents {
  /** The types and names of all that came, in order. */
  readonly told: readonly { readonly id: string; readonly type: string; readonly domainName: string }[];
  end(): Promise<void>;
}

/** Between two tries to open the stream. */
const PAUSE_MS = 100;

/** Follows `/v1/events/stream` until it is ended. `url` is asked before each try, and may name another node. */
export function followEvents(url: () => string, apiKey: string): FollowedEvents {
  const told: { id: string; type: string; domainName: string }[] = [];
  const ending = new AbortController();
  let lastId = '';

  async function read(): Promise<void> {
    const headers = { authorization: `Bearer ${apiKey}`, ...(lastId && { 'last-event-id': lastId }) };
    const reply = await fetch(`${url()}/v1/events/stream`, { headers, signal: ending.signal });
    if (!reply.ok || !reply.body) return;
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
  return {
    told,
    async end() {
      ending.abort();
      await following;
    },
  };
}
