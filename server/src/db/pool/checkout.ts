/*
 * How statements get a connection of the pool, and give it back. `write-places.ts` keeps some for reads, `unanswered.ts` keeps
 * those whose write the server may still be at work on, and `open-connections.ts` cuts what the network has forgotten.
 */

import type { Pool, PoolClient } from 'pg';
import type { OpenConnections } from './open-connections.ts';
import type { Unanswered } from './unanswered.ts';
import type { WritePlaces } from './write-places.ts';

/** In what state a connection is after its use: nobody knows, or the server has not answered at all. */
export type ConnectionState = 'fit' | 'unfit' | 'unanswered';

/** A connection that is somebody's for a while. */
export interface Checkout {
  readonly client: PoolClient;
  giveBack(state: ConnectionState): void;
}

/** Takes connections of a pool. */
export interface Checkouts {
  /** @param isWrite whether it is for what may write @throws Error of the driver */
  take(isWrite: boolean): Promise<Checkout>;
}

interface Parts {
  readonly places: WritePlaces;
  readonly unanswered: Unanswered;
  readonly connections: OpenConnections;
}

/** Shares out the connections of a pool. */
export function createCheckouts(pool: Pool, { places, unanswered, connections }: Parts): Checkouts {
  async function takeForRead(): Promise<Checkout> {
    const client = await pool.connect();
    return {
      client,
      giveBack(state) {
        client.release(state !== 'fit');
        // The server itself ends a read before we stop waiting for it: this one doesn't reach it.
        if (state === 'unanswered') connections.cutIdle();
      },
    };
  }

  async function takeForWrite(): Promise<Checkout> {
    // In the words of the pool, for whom it would be the same.
    if (!(await places.take())) throw new Error('timeout exceeded when trying to connect: others are writing');
    const client = await pool.connect().catch((error: unknown) => {
      places.giveBack();
      throw error;
    });
    const release = (isUnfit: boolean) => {
      client.release(isUnfit);
      places.giveBack();
    };
    return {
      client,
      giveBack(state) {
        if (state === 'unanswered') unanswered.hold(client, () => release(true));
        else release(state !== 'fit');
      },
    };
  }

  return { take: (isWrite) => (isWrite ? takeForWrite() : takeForRead()) };
}
