import type { DnsProviderFault, DnsProviderProblem } from '../../../core/publishing/dns-provider.ts';
import type { DnsReply } from '../../../core/publishing/wire/message.ts';
import { TSIG_ERRORS } from '../../../core/publishing/wire/tsig-record.ts';
import type { TsigKey } from './tsig-key.ts';

/** Response codes (RFC 1035 §4.1.1, RFC 2136 §2.2). */
export const RCODES = {
  noError: 0,
  formErr: 1,
  servFail: 2,
  nxDomain: 3,
  notImp: 4,
  refused: 5,
  yxDomain: 6,
  yxRrset: 7,
  nxRrset: 8,
  notAuth: 9,
  notZone: 10,
} as const;

const HOW_TO_ALLOW =
  'Allow it: allow-update or update-policy (BIND), an acl with action update (Knot), TSIG-ALLOW-DNSUPDATE (PowerDNS).';

/** What each response code to an update means for whoever entered the connection. */
const UPDATE_FAULTS: Readonly<Record<number, readonly [DnsProviderFault, string]>> = {
  [RCODES.formErr]: ['refused_record', "FORMERR: the server couldn't read the update."],
  [RCODES.servFail]: [
    'unavailable',
    "SERVFAIL: the server failed to change the zone. Its log says why; often it can't write the zone's folder.",
  ],
  [RCODES.nxDomain]: ['changed', 'NXDOMAIN: a name that was there is gone.'],
  [RCODES.notImp]: ['forbidden', "NOTIMP: the server doesn't support updates."],
  [RCODES.refused]: ['forbidden', `REFUSED: the key may not change this zone. ${HOW_TO_ALLOW}`],
  [RCODES.yxDomain]: ['changed', 'YXDOMAIN: the name is in use.'],
  [RCODES.yxRrset]: ['changed', 'YXRRSET: there are records where there were none.'],
  [RCODES.nxRrset]: ['changed', 'NXRRSET: the records that were there have changed.'],
  [RCODES.notAuth]: ['no_such_zone', "NOTAUTH: the server isn't the primary server of this zone."],
  [RCODES.notZone]: ['refused_record', 'NOTZONE: a name is outside the zone.'],
};

/** What stands in the way of a CNAME and is none of the types that are read. */
export const OCCUPIED: DnsProviderProblem = {
  outcome: 'refused_record',
  detail: "There are other records at this name, such as an address. A CNAME can't share a name with them.",
  mayBeWritten: false,
};

/** What a server means that takes a key for questions and refuses an update. */
export const ONLY_QUESTIONS: DnsProviderProblem = {
  outcome: 'forbidden',
  detail: `The server accepts the key for queries, but not for updates to this zone. ${HOW_TO_ALLOW}`,
};

/** What a server means that refuses questions about a zone, too. */
export const UNKNOWN_ZONE: DnsProviderProblem = {
  outcome: 'no_such_zone',
  detail: "The server doesn't have this zone.",
};

/** Explains a signed answer to an update that isn't NOERROR. What the server refuses it didn't do; after SERVFAIL nobody knows. */
export function explainUpdateRcode(rcode: number): DnsProviderProblem {
  const [outcome, detail] = UPDATE_FAULTS[rcode] ?? ['bad_answer', `The server answered with code ${rcode}.`];
  const isKnown = rcode in UPDATE_FAULTS && rcode !== RCODES.servFail;
  return { outcome, detail, mayBeWritten: !isKnown };
}

/** Explains what the server has against the key or the signature (RFC 8945 §5.2); null where it has nothing. */
export function explainKeyFault({ tsig }: DnsReply, key: TsigKey): DnsProviderProblem | null {
  switch (tsig?.error ?? 0) {
    case 0:
      return null;
    case TSIG_ERRORS.badKey:
      return {
        outcome: 'unauthorized',
        detail: `BADKEY: the server doesn't know the key ${key.name} with ${key.algorithm}, or not for this zone. Compare its name and algorithm with the server's configuration.`,
      };
    case TSIG_ERRORS.badSig:
      return {
        outcome: 'unauthorized',
        detail: `BADSIG: the server has another secret for the key ${key.name}. Copy it again.`,
      };
    case TSIG_ERRORS.badTime:
      return explainClock(0);
    default:
      return { outcome: 'unauthorized', detail: `The server refuses the signature with TSIG error ${tsig?.error}.` };
  }
}

/** Explains which clock is off. @param aheadSeconds how far the server's is ahead of ours */
export function explainClock(aheadSeconds: number): DnsProviderProblem {
  const by = formatSeconds(Math.abs(aheadSeconds));
  const detail =
    aheadSeconds === 0
      ? "BADTIME: the server's clock and ours disagree by more than 5 minutes."
      : aheadSeconds > 0
        ? `BADTIME: the clock of this machine is ${by} behind the DNS server's. Correct whichever is wrong; they may differ by 5 minutes at most.`
        : `BADTIME: the clock of this machine is ${by} ahead of the DNS server's. Correct whichever is wrong; they may differ by 5 minutes at most.`;
  return { outcome: 'clock_off', detail };
}

/** Explains an answer that nobody signed. It may be anyone's, and is believed only as a reason why nothing is known. */
export function explainUnsigned({ rcode }: DnsReply): DnsProviderProblem {
  if (rcode === RCODES.noError)
    return { outcome: 'bad_answer', detail: "The response isn't signed with the key, so it proves nothing." };
  // PowerDNS says no more than this.
  if (rcode === RCODES.notAuth)
    return {
      outcome: 'unauthorized',
      detail:
        "NOTAUTH without a reason. The server has another name, algorithm or secret for the key, or its clock and ours differ by more than 5 minutes, or it isn't the zone's primary. Its log says which.",
    };
  const [outcome, detail] = UPDATE_FAULTS[rcode] ?? ['bad_answer', `The server answered with code ${rcode}.`];
  // What the code says of records is worth nothing without a signature.
  const isOfRecords = outcome === 'changed' || outcome === 'refused_record';
  return { outcome: isOfRecords ? 'bad_answer' : outcome, detail: `${detail} The response isn't signed with the key.` };
}

function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 2 * 3600 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}
