import { createBoundedMap } from '../core/bounded-map.ts';

/** What an address may be asked: freely, as the one trial after a rest, or not now. */
export type Admission = 'free' | 'trial' | 'resting';

/** How an exchange ended, as far as it tells whether somebody is there. `unclear`: it was cancelled, or could not be sent. */
export type Contact = 'answered' | 'silent' | 'unclear';

/**
 * Leaves addresses alone that do not answer, so that a dead name server costs neither it nor the domains beside it more
 * than a few questions. Nothing here says anything about a domain: what was not asked is `failed`.
 */
export interface BackOff {
  /** Whether the address may be asked now. A `trial` is given to one caller at a time, who has to `report` on it. */
  admit(address: string): Admission;
  /** Whether `admit` would say `resting`, without taking the trial. */
  isBackingOff(address: string): boolean;
  /** Tells how an exchange ended that began as `admission`. */
  report(address: string, contact: Contact, admission: Admission): void;
}

/** Exchanges in a row, each of several tries, after which an address rests. */
const SILENT_EXCHANGES = 3;
const LONGEST_REST_MS = 60_000;
const MAX_ADDRESSES = 10_000;

interface Silence {
  exchanges: number;
  /** Zero while it is asked freely. */
  restMs: number;
  restsUntil: number;
  onTrial: boolean;
}

/**
 * Builds it. After three exchanges in a row without any answer an address rests for `firstRestMs`, then twice as long after
 * each trial in vain, a minute at most. An answer of any kind ends it, and so does a minute in which nobody asked.
 * @param now milliseconds of a clock that never goes back
 */
export function createBackOff(
  now: () => number,
  { firstRestMs, maxAddresses = MAX_ADDRESSES }: { firstRestMs: number; maxAddresses?: number },
): BackOff {
  const silences = createBoundedMap<string, Silence>(maxAddresses);

  function find(address: string): Silence | undefined {
    if (silences.size === 0) return undefined;
    const silence = silences.get(address);
    if (!silence || silence.restMs === 0 || silence.onTrial) return silence;
    if (now() < silence.restsUntil + LONGEST_REST_MS) return silence;
    silences.delete(address);
    return undefined;
  }

  function isBackingOff(silence: Silence | undefined): boolean {
    return silence !== undefined && silence.restMs > 0 && (silence.onTrial || now() < silence.restsUntil);
  }

  function rest(silence: Silence, restMs: number): void {
    silence.restMs = Math.min(restMs, LONGEST_REST_MS);
    silence.restsUntil = now() + silence.restMs;
  }

  function noteSilence(address: string, admission: Admission): void {
    const silence = silences.get(address) ?? { exchanges: 0, restMs: 0, restsUntil: 0, onTrial: false };
    silence.exchanges += 1;
    if (admission === 'trial') rest(silence, silence.restMs * 2);
    // What was under way when the rest began says nothing new.
    else if (silence.restMs === 0 && silence.exchanges >= SILENT_EXCHANGES) rest(silence, firstRestMs);
    silences.set(address, silence);
  }

  return {
    admit: (address) => {
      const silence = find(address);
      if (isBackingOff(silence)) return 'resting';
      if (!silence || silence.restMs === 0) return 'free';
      silence.onTrial = true;
      return 'trial';
    },
    isBackingOff: (address) => isBackingOff(find(address)),
    report: (address, contact, admission) => {
      if (contact === 'answered') {
        if (silences.size > 0) silences.delete(address);
        return;
      }
      const silence = admission === 'trial' ? silences.get(address) : undefined;
      if (silence) silence.onTrial = false;
      if (contact === 'silent') noteSilence(address, admission);
    },
  };
}
