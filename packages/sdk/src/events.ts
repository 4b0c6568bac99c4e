import { AutosendError } from './autosend-error.ts';
import { readEventStream } from './event-stream.ts';
import type { DataOf, FeedEvent } from './shapes.ts';
import { type CallOptions, sleep, type Transport } from './transport.ts';

/** What is followed, and from where on. */
export interface FollowOptions extends CallOptions {
  /** Only events of this domain. */
  readonly domainId?: string | undefined;
  /** The id of the last event that was dealt with; left out, what happens from now on. */
  readonly lastEventId?: string | undefined;
  /** Is told when the connection was lost and is made anew. */
  readonly onReconnect?: (error: unknown) => void;
}

/** An event with the very text that webhooks get. */
export interface FollowedEvent {
  readonly event: FeedEvent;
  /** The body of a delivery, to the octet. */
  readonly body: string;
}

const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** `client.events`: all that happens in the project. */
export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** One page, oldest first. `nextCursor` goes on where it ends, now or later. */
  list(
    page: {
      readonly cursor?: string | undefined;
      readonly limit?: number | undefined;
      readonly domainId?: string | undefined;
    } = {},
    options: CallOptions = {},
  ): Promise<DataOf<'listEvents'>> {
    return this.#transport.call('GET', '/v1/events', { ...options, query: { ...page } });
  }

  /** Follows what happens until the signal ends it; where the connection is lost, it goes on after the last event. @throws AutosendError where the service refuses */
  async *follow(options: FollowOptions = {}): AsyncGenerator<FollowedEvent, void, undefined> {
    const { domainId, signal, onReconnect } = options;
    let { lastEventId } = options;
    for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
        const { body } = await this.#transport.open('/v1/events/stream', { signal, headers, query: { domainId } });
        if (body === null) throw new AutosendError('INVALID_RESPONSE', 'The stream of events has no body.');
        for await (const { id, data } of readEventStream(body)) {
          pauseMs = PAUSE_MS;
          yield { event: { id, ...JSON.parse(data) } as FeedEvent, body: data };
          lastEventId = id;
        }
        onReconnect?.(null);
      } catch (error) {
        signal?.throwIfAborted();
        // What the service refused, it would refuse again.
        if (error instanceof AutosendError && error.status > 0 && error.status !== 429 && error.status < 500)
          throw error;
        onReconnect?.(error);
      }
      await sleep(pauseMs, signal);
    }
  }
}
