import type { DnsProviderFault, DnsProviderProblem } from './dns-provider.ts';
import { type DnsProviderName, PROVIDER_TABLE } from './provider-table.ts';

/** What was asked of a provider. */
export type ProviderOperation = 'listZones' | 'findZone' | 'read' | 'write';

/** A problem in words, for people: one or two sentences that say what is wrong and what to do. */
export interface ProviderWords {
  readonly message: string;
  /** What the provider said, or what was seen: words of a stranger. Null where there are none. */
  readonly detail: string | null;
}

/**
 * Words a problem with a DNS provider: the same sentence in the API, the command line and the dashboard.
 * @param operation what was asked: what credentials lack depends on it
 */
export function describeProviderProblem(
  provider: DnsProviderName,
  { outcome, detail, about, retryAfterSeconds }: DnsProviderProblem,
  operation: ProviderOperation | null = null,
): ProviderWords {
  const sentences = SENTENCES[outcome]({
    ...PROVIDER_TABLE[provider],
    operation,
    record: about ? `The ${about.type} record at ${about.name}` : null,
  });
  const wait = retryAfterSeconds === undefined ? '' : ` Try again in ${formatSeconds(retryAfterSeconds)}.`;
  return { message: `${sentences}${wait}`, detail: detail === '' ? null : detail };
}

/** The words and what the provider said, as one text. */
export function formatProviderProblem(...given: Parameters<typeof describeProviderProblem>): string {
  const { message, detail } = describeProviderProblem(...given);
  return detail === null ? message : `${message} (${detail})`;
}

interface Facts {
  readonly subject: string;
  readonly credential: string;
  readonly needs: string;
  readonly operation: ProviderOperation | null;
  readonly record: string | null;
}

/** What the credentials turned out not to be allowed. */
const LACKS: Readonly<Record<ProviderOperation, string>> = {
  listZones: "isn't allowed to list zones",
  findZone: "isn't allowed to see this zone",
  read: "isn't allowed to read the records of this zone",
  write: 'may read this zone, but not change its records',
};

const SENTENCES: Readonly<Record<DnsProviderFault, (facts: Facts) => string>> = {
  unauthorized: ({ subject, credential }) =>
    `${subject} doesn't accept the ${credential}. It may be mistyped, expired or revoked.`,
  forbidden: ({ credential, needs, operation }) =>
    `The ${credential} ${operation ? LACKS[operation] : "isn't allowed to do this"}. It needs ${needs}.`,
  no_such_zone: ({ subject, credential, needs, operation }) =>
    operation === 'listZones'
      ? `${subject} accepts the ${credential}, but it reaches no zone. It needs ${needs}.`
      : `${subject} has no such zone, or the ${credential} doesn't reach it.`,
  changed: ({ record }) =>
    `${record ?? 'A record'} was changed by someone else since the plan was shown. Nothing was overwritten there.`,
  quota: ({ subject, record }) =>
    `The account's plan at ${lower(subject)} allows no more records${record ? `: ${record.charAt(0).toLowerCase()}${record.slice(1)} wasn't added` : ''}.`,
  refused_record: ({ subject, record }) => `${subject} rejects ${record ? record.replace('The', 'the') : 'a record'}.`,
  throttled: ({ subject }) => `${subject} is limiting requests.`,
  clock_off: ({ subject }) =>
    `${subject} rejects the signature because the two clocks disagree. Check the time on both servers.`,
  unavailable: ({ subject }) => `${subject} isn't working at the moment.`,
  unreachable: ({ subject }) => `${subject} can't be reached.`,
  tls_failed: ({ subject }) =>
    `The connection to ${lower(subject)} isn't secure: its certificate isn't valid for this host.`,
  address_refused: ({ subject }) =>
    `The address of ${lower(subject)} is private or reserved, or the connection isn't encrypted, so nothing was sent. Whoever runs this installation can allow it with AUTOSEND_DNS_ALLOW_PRIVATE.`,
  bad_answer: ({ subject }) => `${subject} sent an unexpected response.`,
};

/** "The name server" inside a sentence. */
function lower(subject: string): string {
  return subject.replace(/^The /, 'the ');
}

function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${seconds} second${seconds === 1 ? '' : 's'}`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
