import type { DnsProviderFault } from '../../core/publishing/dns-provider.ts';

const LEAVES_OPEN: readonly DnsProviderFault[] = ['unreachable', 'unavailable', 'bad_answer'];

/** Whether a write that ended so may have been carried out: it got no answer, or one that says nothing of it. */
export function leavesOpen(outcome: DnsProviderFault): boolean {
  return LEAVES_OPEN.includes(outcome);
}
