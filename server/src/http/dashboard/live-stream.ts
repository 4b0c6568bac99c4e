import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../core/errors.ts';
import type { DomainId, ProjectId } from '../../core/ids.ts';
import type { Context } from '../../services/context.ts';
import type { LiveUpdates, WatchTarget } from '../../services/domains/live-updates.ts';
import type { ConnectionLimit } from '../connection-limit.ts';

/** One event as it goes out. */
export interface LiveEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Who follows: somebody with nothing but a link to show, somebody who is signed in, an API key, or the owner of the installation. */
export type SubscriberKind = 'link' | 'person' | 'key' | 'owner';

/** What a stream is about. */
export interface LiveSource {
  readonly target: WatchTarget;
  /** Who has it open, and how many of theirs there may be on this node. */
  readonly subscriber: string;
  readonly maxForSubscriber: number;
  /** The projects that it is about: it counts in each of them. */
  readonly projectIds: readonly ProjectId[];
  readonly kind: SubscriberKind;
  /** Reads a domain that changed, as it is to be shown; `ended` closes the stream after it. */
  read(id: DomainId): Promise<LiveEvent & { ended?: true }>;
  /** Whether it may go on, and if not, what is said at the end. Asked before each event and with each heartbeat. */
  mayGoOn(): Promise<true | LiveEvent | null>;
}

/** Who has a stream open, as far as limits go. */
type Subscriber = Pick<LiveSource, 'subscriber' | 'maxForSubscriber' | 'projectIds' | 'kind'>;

/** Writes to a stream; resolves when its reader wants more, so that nothing is gathered for one who does not read. */
export type WriteText = (text: string) => Promise<void>;

/** The open streams of a node. */
export interface LiveStreams {
  /** Answers with a stream that `run` writes until `signal` aborts; its end is that of the stream. @throws AppError RATE_LIMIT_EXCEEDED where there are too many */
  write(
    reply: FastifyReply,
    subscriber: Subscriber,
    run: (write: WriteText, signal: AbortSignal) => Promise<void>,
  ): FastifyReply;
  /** Answers with a stream of server-sent events (HTML §9.2). @throws AppError RATE_LIMIT_EXCEEDED where there are too many */
  open(reply: FastifyReply, source: LiveSource): FastifyReply;
  /** Ends all streams, so that the server can stop. */
  close(): void;
}

const MAX_STREAMS = 500;
const HEARTBEAT_MS = 15_000;
/** A reader that is so far behind is cut off; it connects again and reads everything anew. */
const MAX_BEHIND_OCTETS = 512 * 1024;
const RETRY_AFTER_SECONDS = 5;
/** How much of all streams these may have together: however many accounts or projects somebody has, there is room for others. */
const SHARES = { link: 1 / 2, page: 3 / 4, key: 3 / 4, allButOwner: 49 / 50 } as const;

/** How many streams there may be on a node. */
export interface LiveLimits {
  readonly total: number;
  /** Of one project; null is no limit of its own. */
  readonly ofProject: number | null;
}

/** Builds the limits of a node that can have so many connections: half of them are for requests. */
export function buildLiveLimits(maxConnections: number, ofProject: number | null): LiveLimits {
  return { total: Math.min(MAX_STREAMS, Math.floor(maxConnections / 2)), ofProject };
}

/**
 * Creates the streams of a node. Whoever holds links has half of what there is at most, of a project and of all: they cannot
 * use up what people who are signed in need. A quarter of all is left for API keys, whatever pages are open, and the other way
 * round, and the last places are the installation's owner's, who counts in no project: they may enter all.
 */
export function createLiveStreams(
  ctx: Pick<Context, 'clock' | 'log' | 'presence'>,
  updates: LiveUpdates,
  connections: Pick<ConnectionLimit, 'keep'>,
  { total, ofProject }: LiveLimits,
): LiveStreams {
  const open = new Map<AbortController, Subscriber>();

  const ofProjects = createProjectCounts();
  const count = (isCounted: (each: Subscriber) => boolean) => [...open.values()].filter(isCounted).length;
  const hasRoomInProject = (projectId: ProjectId, kind: SubscriberKind): boolean => {
    if (ofProject === null) return true;
    const { all, links } = ofProjects.get(projectId);
    return all < ofProject && (kind !== 'link' || links < ofProject / 2);
  };
  const hasShare = (kind: SubscriberKind): boolean => {
    if (kind === 'owner') return true;
    const has = (share: keyof typeof SHARES, isCounted: (of: SubscriberKind) => boolean) =>
      count((each) => isCounted(each.kind)) < Math.ceil(total * SHARES[share]);
    if (!has('allButOwner', (of) => of !== 'owner')) return false;
    if (kind === 'key') return has('key', (of) => of === 'key');
    return (
      has('page', (of) => of === 'person' || of === 'link') && (kind !== 'link' || has('link', (of) => of === 'link'))
    );
  };
  const hasRoom = ({ subscriber, maxForSubscriber, projectIds, kind }: Subscriber): boolean =>
    open.size < total &&
    count((each) => each.subscriber === subscriber) < maxForSubscriber &&
    hasShare(kind) &&
    (kind === 'owner' || projectIds.every((projectId) => hasRoomInProject(projectId, kind)));

  const start = (
    reply: FastifyReply,
    subscriber: Subscriber,
    stream: Readable,
    work: (ending: AbortController) => Promise<void>,
  ): FastifyReply => {
    if (!hasRoom(subscriber))
      throw new AppError('RATE_LIMIT_EXCEEDED', 'Too many live updates are open. Poll every few seconds instead.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    connections.keep(reply.request.raw);
    const ending = new AbortController();
    open.set(ending, subscriber);
    ofProjects.add(subscriber, 1);
    stream.once('close', () => ending.abort());
    ending.signal.addEventListener('abort', () => {
      if (open.delete(ending)) ofProjects.add(subscriber, -1);
    });
    void work(ending).catch((error: unknown) => {
      ctx.log.warn({ err: error }, 'a live update stream broke; the client will reconnect');
      ending.abort();
      stream.destroy();
    });
    return reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no').send(stream);
  };

  return {
    write(reply, subscriber, work) {
      let wanted = Promise.withResolvers<void>();
      const stream = new Readable({ read: () => wanted.resolve() });
      return start(reply, subscriber, stream, async (ending) => {
        const { signal } = ending;
        const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        const write: WriteText = async (text) => {
          if (stream.destroyed || signal.aborted) return;
          wanted = Promise.withResolvers();
          if (!stream.push(text)) await Promise.race([wanted.promise, aborted]);
        };
        try {
          await work(write, signal);
        } finally {
          ending.abort();
          if (!stream.destroyed) stream.push(null);
        }
      });
    },
    open(reply, source) {
      const stream = new Readable({ read: () => undefined });
      return start(reply, source, stream, (ending) => run(ctx, updates, source, stream, ending));
    },
    close() {
      for (const ending of [...open.keys()]) ending.abort();
    },
  };
}

/** Counts the open streams of each project. The installation's owner counts in none: they may enter all. */
function createProjectCounts() {
  const counts = new Map<ProjectId, { readonly all: number; readonly links: number }>();
  const get = (projectId: ProjectId) => counts.get(projectId) ?? { all: 0, links: 0 };
  return {
    get,
    add({ projectIds, kind }: Subscriber, change: 1 | -1): void {
      if (kind === 'owner') return;
      for (const projectId of projectIds) {
        const { all, links } = get(projectId);
        if (all + change === 0) counts.delete(projectId);
        else counts.set(projectId, { all: all + change, links: links + (kind === 'link' ? change : 0) });
      }
    },
  };
}

async function run(
  ctx: Pick<Context, 'clock' | 'presence'>,
  updates: LiveUpdates,
  source: LiveSource,
  stream: Readable,
  ending: AbortController,
): Promise<void> {
  const { signal } = ending;
  // A domain that changes again while it waits here is sent once, as it is then.
  const changed = new Set<DomainId>();
  let wake = Promise.withResolvers<void>();
  const stopWatching = updates.watch(source.target, (id) => {
    changed.add(id);
    wake.resolve();
  });
  // A list is nobody watching: it would have a whole project checked every ten seconds.
  const stopPresence = 'domainId' in source.target ? ctx.presence.watch(source.target.domainId) : () => undefined;
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const write = (text: string): void => {
    if (stream.destroyed) return;
    if (stream.readableLength <= MAX_BEHIND_OCTETS) {
      stream.push(text);
      return;
    }
    ending.abort();
    // Ended, it would wait for a reader that does not read.
    stream.destroy();
  };
  try {
    await Promise.race([updates.ready(), aborted]);
    write(formatEvent({ event: 'ready', data: {} }));
    while (!signal.aborted) {
      const pause = new AbortController();
      await Promise.race([wake.promise, aborted, ctx.clock.sleep(HEARTBEAT_MS, pause.signal)]);
      pause.abort();
      if (signal.aborted) break;
      wake = Promise.withResolvers();
      const allowed = await source.mayGoOn();
      if (allowed !== true) {
        if (allowed) write(formatEvent(allowed));
        break;
      }
      if (changed.size === 0) write(': still here\n\n');
      for (const id of [...changed]) {
        changed.delete(id);
        const { ended, ...event } = await source.read(id);
        write(formatEvent(event));
        if (ended) return;
      }
    }
  } finally {
    stopWatching();
    stopPresence();
    ending.abort();
    if (!stream.destroyed) stream.push(null);
  }
}

function formatEvent({ event, data }: LiveEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Null in the place of NOT_FOUND: what is watched may be deleted. */
export async function unlessGone<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
