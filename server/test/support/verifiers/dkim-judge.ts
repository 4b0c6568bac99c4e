import type { KeyKind } from '../../../src/core/records/dkim-key.ts';

/** A message whose signature can be made with any selector, and the sets of TXT records to verify it against. */
export interface DkimBench {
  readonly domain: string;
  readonly recordSets: readonly (readonly string[])[];
  sign(selector: string): Promise<string>;
}

/** Whether the signature passes, and what was said. */
export interface DkimResult {
  readonly passes: boolean;
  readonly said: string;
}

/** Someone else's DKIM implementation. */
export interface DkimJudge {
  readonly name: string;
  /** The kinds of keys that it knows: RFC 8463 is younger than some. */
  readonly kinds: readonly KeyKind[];
  /** Says in one line what to install where it is not there; false when it is. @throws Error with that line where `CI=true` */
  explainMissing(): Promise<string | false>;
  /** One result for each set of records. */
  verify(bench: DkimBench): Promise<readonly DkimResult[]>;
}
