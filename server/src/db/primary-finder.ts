import { setTimeout as delay } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import {
  choosePrimary,
  findRefusalAt,
  type HostState,
  type Primary,
  type Refusal,
  type Timeline,
} from './choose-primary.ts';
import { DatabaseUnavailable, isDriverAway } from './failures.ts';
import { watchHost } from './host-watch.ts';
import { formatHost, type Host } from './url/database-url.ts';

/** Knows which of several servers is the primary now. */
export interface PrimaryFinder {
  /**
   * Gives the primary. What is known is given at once; the first time it waits until every server has answered or is silent.
   * @throws DatabaseUnavailable where none takes writes, or what the servers say against it: a wrong password doesn't get right by waiting
   */
  find(): Promise<Host>;
  /** What each server said when it was asked last. */
  report(): readonly ServerReport[];
  /** Has every server asked again, because something about the primary looked wrong. */
  suspect(): void;
  close(): void;
}

/** One of several servers, as an operator wants to know it. */
export interface ServerReport {
  /** Such as `db1.example.com:5432`. */
  readonly name: string;
  /** `refused`: it takes writes, and isn't used. */
  readonly state: 'primary' | 'standby' | 'silent' | 'refused';
  readonly detail: string;
}

/** Between two questions to a server. */
const ASK_MS = 1_000;
/** The same while something looks wrong: each connection that fails says so, and there may be hundreds in a second. */
const ASK_AGAIN_MS = 200;

/**
 * Watches servers from the first `find` on. Each is asked by itself, so that one that is silent doesn't hold up what another says.
 * @param config the settings of the driver, but for the host
 * @param onMove told what happened whenever there is another primary, or none any more (null), and what is noteworthy else
 */
export function createPrimaryFinder(
  config: ClientConfig,
  hosts: readonly Host[],
  onMove: (primary: Host | null, message: string) => void,
): PrimaryFinder {
  const closing = new AbortController();
  const watches = hosts.map((host) => watchHost(config, host));
  const states: HostState[] = hosts.map(() => ({ kind: 'unasked' }));
  const refusals: (Refusal | null)[] = [];
  let waking = new AbortController();
  let current: Primary | null = null;
  let newest: Timeline | null = null;
  let isWatching = false;
  let wasFound = false;
  const firstAnswers = Promise.withResolvers<void>();
  const readCurrent = (): Host | null => (current && hosts[current.place]) ?? null;

  function note(place: number, state: HostState): void {
    states[place] = state;
    const last = readCurrent();
    current = choosePrimary(states, current, newest);
    newest = current?.timeline ?? newest;
    if (current !== null || states.every(({ kind }) => kind !== 'unasked')) firstAnswers.resolve();
    const found = readCurrent();
    // Where the primary is the first time isn't news.
    if (found !== last && wasFound) onMove(found, describeMove(last, found));
    wasFound ||= found !== null;
    const refusal = findRefusalAt(states, place, current, newest);
    if (refusal !== null && refusal !== refusals[place])
      onMove(found, `${hosts[place] ? formatHost(hosts[place]) : ''} ${REFUSALS[refusal]}`);
    refusals[place] = refusal;
  }

  async function watch(place: number): Promise<void> {
    const { signal } = closing;
    while (!signal.aborted) {
      const state = await watches[place]?.ask();
      if (signal.aborted || state === undefined) return;
      note(place, state);
      const isWanted = waking.signal;
      await pause(ASK_AGAIN_MS, signal);
      await pause(ASK_MS - ASK_AGAIN_MS, AbortSignal.any([signal, isWanted]));
    }
  }

  const report = () =>
    hosts.map((host, place) =>
      describeServer(host, states[place], current?.place === place, findRefusalAt(states, place, current, newest)),
    );

  return {
    async find() {
      if (!isWatching) {
        isWatching = true;
        for (const place of hosts.keys()) void watch(place);
      }
      const known = readCurrent();
      if (known) return known;
      await firstAnswers.promise;
      const found = readCurrent();
      if (found) return found;
      throw explain(states, report());
    },
    report,
    suspect() {
      waking.abort();
      waking = new AbortController();
    },
    close() {
      closing.abort();
      firstAnswers.resolve();
      for (const each of watches) each.close();
    },
  };
}

/** Ends early where it is aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Only an abort rejects.
  await delay(ms, null, { ref: false, signal }).catch(() => null);
}

function describeMove(last: Host | null, found: Host | null): string {
  const left = last && `connections to ${formatHost(last)} were closed`;
  if (found === null) return `no server is the database's primary any more${left && `; ${left}`}`;
  return `the database's primary is now ${formatHost(found)}${left === null ? '' : `; ${left}`}`;
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  outdated:
    "takes writes, and another server was promoted in its place: it isn't used. Stop it, and make it a standby of the new primary",
  'another cluster':
    "takes writes, and belongs to another database cluster: it isn't used. Restart the service to use it",
  'a second primary':
    "takes writes without having been promoted in place of the primary: it isn't used. Stop it, or, if it is to replace the primary, stop that one and restart the service",
};

function describeServer(
  host: Host,
  state: HostState | undefined,
  isPrimary: boolean,
  refusal: Refusal | null,
): ServerReport {
  const name = formatHost(host);
  if (state?.kind === 'read-only') return { name, state: 'standby', detail: 'is a standby' };
  if (state?.kind === 'primary') {
    if (isPrimary) return { name, state: 'primary', detail: 'is the primary' };
    return { name, state: 'refused', detail: refusal ? REFUSALS[refusal] : "takes writes, and isn't used" };
  }
  const error = state?.kind === 'silent' && state.error instanceof Error ? state.error.message : '';
  return { name, state: 'silent', detail: `isn't responding${error && ` (${error})`}` };
}

/** @returns what is thrown where no server is the primary */
function explain(states: readonly HostState[], report: readonly ServerReport[]): unknown {
  const errors = states.flatMap((state) => (state.kind === 'silent' ? [state.error] : []));
  // A password that is wrong is so at each of them, and is told as it is: it doesn't get right by waiting.
  if (errors.length === states.length && !errors.some(isDriverAway)) return errors[0];
  const found = report.map(({ name, detail }) => `${name} ${detail}`).join('; ');
  return new DatabaseUnavailable(
    new Error(`None of the servers is the primary: ${found}.`, { cause: new AggregateError(errors) }),
  );
}
