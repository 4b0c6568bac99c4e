import type { FeatureName } from './features.ts';

/** What an engine's documentation says about a feature: `partly` works with what the note says, `no` is refused or does nothing. */
export type Support =
  | readonly [answer: 'yes', page: string, note?: string]
  | readonly [answer: 'partly' | 'no', page: string, note: string]
  | readonly [answer: 'not documented', note?: string];

/** An engine that speaks PostgreSQL's protocol, as its documentation describes it. Nothing was run on any of them. */
export interface Engine {
  readonly name: string;
  /** What pages begin with. */
  readonly base: string;
  readonly support: Readonly<Record<FeatureName, Support>>;
}
