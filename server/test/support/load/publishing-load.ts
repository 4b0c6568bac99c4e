import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '../dns/seeded-random.ts';

/** One domain that comes and goes, in a zone of its own. */
export interface PublishedSlot {
  readonly zone: string;
  readonly name: string;
  /** The API key of its project. */
  readonly key: string;
}

/** Domains that are published automatically, and are created, rotated and deleted whatever happens to the service. */
export interface PublishingLoad {
  readonly counts: Readonly<Record<'created' | 'rotated' | 'deleted' | 'unanswered', number>>;
  /** Changes some of the domains at the same time; what gets no answer is kept. */
  work(count: number): Promise<void>;
  /** Repeats what had no answer, until it has one. */
  repeatUnanswered(): Promise<void>;
  /** Creates each domain that isn't there. */
  fill(): Promise<void>;
  /** Deletes all domains, and withdraws what was published at once. */
  empty(): Promise<void>;
}

type Kind = 'create' | 'rotate' | 'delete';
interface Row {
  readonly slot: PublishedSlot;
  id: string | null;
  /** What had no answer. */
  open: { readonly kind: Kind; readonly idempotencyKey: string } | null;
}

interface Answer {
  readonly data: { readonly id: string };
  readonly error?: { readonly code: string };
}

const HANG_MS = 20_000;
const AGAIN_MS = 200;
const TRIES = 300;
/** A key that is on its way has to arrive first; a domain that was deleted, or a key that was made, is what was wanted. */
const FINE_WHEN_REPEATED = [404, 409];

/** Starts it. `url` is asked before each request. */
export function startPublishingLoad(options: {
  readonly url: () => string;
  readonly slots: readonly PublishedSlot[];
  readonly random: SeededRandom;
}): PublishingLoad {
  const { url, slots, random } = options;
  const rows: Row[] = slots.map((slot) => ({ slot, id: null, open: null }));
  const counts = { created: 0, rotated: 0, deleted: 0, unanswered: 0 };
  let serial = 0;

  async function call({ slot }: Row, method: string, path: string, idempotencyKey: string, body?: object) {
    try {
      const reply = await fetch(`${url()}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${slot.key}`,
          ...(body && { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(HANG_MS),
      });
      const json = (await reply.json()) as Answer;
      const isLater = reply.status >= 500 || json.error?.code === 'IDEMPOTENCY_KEY_IN_USE';
      if (!isLater) return { status: reply.status, json };
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') throw error;
    }
    counts.unanswered += 1;
    return null;
  }

  /** Sends what is open, the first time or again; it stays open without an answer. */
  async function attempt(row: Row): Promise<void> {
    const { open, slot } = row;
    if (!open) return;
    const { kind, idempotencyKey } = open;
    const path = `/v1/domains${kind === 'create' ? '' : `/${row.id}`}`;
    const reply =
      kind === 'create'
        ? await call(row, 'POST', path, idempotencyKey, { domain: slot.name, autoPublish: true })
        : kind === 'rotate'
          ? await call(row, 'POST', `${path}/keys`, idempotencyKey, {})
          : await call(row, 'DELETE', `${path}?withdraw=now`, idempotencyKey);
    if (reply === null) return;
    const isFine = reply.status < 300 || (kind !== 'create' && FINE_WHEN_REPEATED.includes(reply.status));
    if (!isFine) throw new Error(`${kind} of ${slot.name}: ${reply.status} ${JSON.stringify(reply.json)}`);
    row.open = null;
    if (kind === 'create') row.id = reply.json.data.id;
    if (kind === 'delete') row.id = null;
    counts[kind === 'create' ? 'created' : kind === 'delete' ? 'deleted' : 'rotated'] += 1;
  }

  const begin = (row: Row, kind: Kind): Promise<void> => {
    serial += 1;
    row.open = { kind, idempotencyKey: `publishing-${random.seed}-${serial}` };
    return attempt(row);
  };
  async function repeatUnanswered(): Promise<void> {
    for (let tries = 0; rows.some(({ open }) => open); tries += 1) {
      if (tries > TRIES) throw new Error('A request that had no answer can not be repeated.');
      if (tries > 0) await delay(AGAIN_MS);
      await Promise.all(rows.map(attempt));
    }
  }
  return {
    counts,
    repeatUnanswered,
    async work(count) {
      const free = rows.filter(({ open }) => !open);
      const chosen = new Set(Array.from({ length: count }, () => random.pick(free)));
      const kinds = new Map(
        [...chosen].map((row) => [
          row,
          row.id === null ? ('create' as const) : random.pick(['rotate', 'delete'] as const),
        ]),
      );
      await Promise.all([...kinds].map(([row, kind]) => begin(row, kind)));
    },
    async fill() {
      await Promise.all(rows.filter(({ id }) => id === null).map((row) => begin(row, 'create')));
      await repeatUnanswered();
    },
    async empty() {
      await Promise.all(rows.map((row) => begin(row, 'delete')));
      await repeatUnanswered();
    },
  };
}
