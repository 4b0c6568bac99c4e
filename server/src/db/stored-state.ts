import { formatTime } from '../core/format-time.ts';
import { DOWN, type DomainState, type Flag, type VerificationStatus } from '../core/lifecycle/status.ts';
import { type FlagName, mapFlags } from '../core/records/record.ts';

/** The part of `DomainState` that has no column of its own, as JSON: times are ISO 8601 texts. */
export interface StoredState {
  /** Without a flag that came to be after the row was written: its records were not asked for yet. */
  readonly flags: Readonly<Partial<Record<FlagName, { value: boolean; misses: number; firstMissedAt: string | null }>>>;
  readonly verifyRequestedAt: string | null;
  /** Absent in what an older version of this program wrote. */
  readonly progressAt?: string | null;
  readonly firstMissedAt: string | null;
}

/** Turns a state into what the row keeps. */
export function formatState(state: DomainState): StoredState {
  const flag = ({ value, misses, firstMissedAt }: Flag) => ({
    value,
    misses,
    firstMissedAt: formatTime(firstMissedAt),
  });
  return {
    flags: mapFlags((name) => flag(state.flags[name])),
    verifyRequestedAt: formatTime(state.verifyRequestedAt),
    progressAt: formatTime(state.progressAt),
    firstMissedAt: formatTime(state.firstMissedAt),
  };
}

/** Turns a row back into the state. */
export function parseState(row: {
  status: VerificationStatus;
  verifiedAt: Date | null;
  state: StoredState;
}): DomainState {
  return {
    status: row.status,
    verifiedAt: row.verifiedAt,
    flags: mapFlags((name) => {
      const stored = row.state.flags[name];
      if (stored === undefined) return DOWN;
      const { value, misses, firstMissedAt } = stored;
      return { value, misses, firstMissedAt: parseTime(firstMissedAt) };
    }),
    verifyRequestedAt: parseTime(row.state.verifyRequestedAt),
    progressAt: parseTime(row.state.progressAt ?? null),
    firstMissedAt: parseTime(row.state.firstMissedAt),
  };
}

function parseTime(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
