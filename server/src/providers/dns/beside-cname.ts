import type { DnsProviderProblem } from '../../core/publishing/dns-provider.ts';
import type { RrSet, RrSetChange } from '../../core/publishing/rr-set.ts';

/** Refuses a CNAME beside which a record of another type would stand, since none of the changes takes it away (RFC 1034 §3.6.2). */
export function refuseBeside(
  after: RrSet | null,
  standing: readonly { readonly name: string; readonly type: string }[],
  changes: readonly RrSetChange[],
): DnsProviderProblem | null {
  if (after?.type !== 'CNAME') return null;
  const { name, type: own } = after;
  const goes = (type: string) =>
    changes.some((change) => change.before?.name === name && change.before.type === type && !change.after);
  const beside = standing.find((each) => each.name === name && each.type !== own && !goes(each.type));
  return beside
    ? {
        outcome: 'refused_record',
        detail: `A record of type ${beside.type} has the same name.`,
        about: { name, type: own },
      }
    : null;
}
