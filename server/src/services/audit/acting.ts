import { AsyncLocalStorage } from 'node:async_hooks';
import type { Actor } from '../../core/audit/entry.ts';

/** On whose behalf something runs, and by which request. */
export interface Acting {
  /** Known once key or session are. */
  actor: Actor;
  readonly address: string | null;
  readonly requestId: string | null;
}

/** Whoever has shown neither key nor session. */
export const UNKNOWN: Actor = { kind: 'unknown', id: null, name: null };
const SERVICE: Acting = { actor: { kind: 'service', id: null, name: null }, address: null, requestId: null };

// Followed by Node.js along every await. As a parameter of each use case it could be left out, or handed on wrong; here the
// edge says it once, and what nobody says is the service's own work.
const current = new AsyncLocalStorage<Acting>();

/** Runs something, and all that follows from it, on somebody's behalf. */
export function runAs<T>(acting: Acting, work: () => T): T {
  return current.run(acting, work);
}

/** On whose behalf this runs. */
export function findActing(): Acting {
  return current.getStore() ?? SERVICE;
}

/** Says who it is on whose behalf this runs, where that comes to light on the way: they sign in. */
export function identifyActor(actor: Actor): void {
  const acting = current.getStore();
  if (acting?.actor.kind === 'unknown') acting.actor = actor;
}

/** Who the history of a domain names: null where the service did it by itself. */
export function findActor(): Actor | null {
  const { actor } = findActing();
  return actor.kind === 'service' ? null : actor;
}
