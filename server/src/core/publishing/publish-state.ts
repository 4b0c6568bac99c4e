import type { Drift } from './drift.ts';
import type { PublishReason } from './retry.ts';
import type { RrSet } from './rr-set.ts';

/** A record set that is in the way, and what there is to say about it. */
export type PublishConflict = Pick<RrSet, 'name' | 'type'> & { readonly reason: string };

/** Why records weren't written. */
export interface PublishProblem {
  readonly reason: PublishReason;
  /** In words. */
  readonly message: string;
  readonly zone: string | null;
  /** What is in the way; empty unless somebody has to decide. */
  readonly conflicts: readonly PublishConflict[];
}

/** What others changed of what we wrote. */
export interface ToldDrift extends Drift {
  /** Whether what stands there serves as well as ours did. */
  readonly isRight: boolean;
}
