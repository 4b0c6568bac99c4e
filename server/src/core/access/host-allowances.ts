import { buildAllowance } from './token-bucket.ts';

/** How many requests each node sends to one host, and to one address, that somebody else than the operator names. */
export const HOST_ALLOWANCES = {
  /** Servers of Domain Connect: some hundred customers of one DNS provider open their pages within a minute without meeting it. */
  settings: buildAllowance(5, 50),
  /** Servers that projects name in their DNS connections: some thirty domains are published at once, then three a second. */
  providers: buildAllowance(20, 200),
  /** Receivers of test projects whose clock is moved: days of retries are tried in seconds. Each project has no more, either. */
  hurried: buildAllowance(10, 100),
  /** What each project has kept and sent by `resend`, in KiB: some two hundred events at once, then one in a few seconds. */
  resent: buildAllowance(2, 1_024),
} as const;
