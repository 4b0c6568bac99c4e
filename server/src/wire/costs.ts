/** What calls cost of the rate limit that hold connections to the servers of others for many seconds: the same in each API. */
export const COST_OF_OUTGOING = 5;
