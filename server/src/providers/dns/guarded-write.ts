import type {
  DnsProviderAnswer,
  DnsProviderFault,
  DnsProviderProblem,
  ProviderTools,
} from '../../core/publishing/dns-provider.ts';
import { hasSameRecords, type RrSet, type RrSetChange } from '../../core/publishing/rr-set.ts';

/** A change of one record set, with what stands there at this moment. */
export interface CheckedChange extends RrSetChange {
  /** What was read just before: the same records as `before`, with the TTL that they have now. */
  readonly current: RrSet | null;
}

/**
 * Compares what stands there with what the changes expect, where an API has no guard of its own.
 * @returns the changes in an order in which each can be made: what goes first, so that a CNAME makes room
 */
function checkChanges(
  changes: readonly RrSetChange[],
  found: readonly RrSet[],
): DnsProviderAnswer<readonly CheckedChange[]> {
  const checked: CheckedChange[] = [];
  for (const change of changes) {
    const about = change.before ?? change.after;
    if (!about) continue;
    const current = found.find(({ name, type }) => name === about.name && type === about.type) ?? null;
    if (!hasSameRecords(current, change.before)) return describeChanged(about, current);
    checked.push({ ...change, current });
  }
  const rank = ({ before, after }: RrSetChange) => (after === null ? 0 : before === null ? 2 : 1);
  return { outcome: 'done', value: checked.sort((one, other) => rank(one) - rank(other)) };
}

// A refusal of a record may mean that somebody was faster than we.
const MAY_BE_A_RACE: readonly DnsProviderFault[] = ['refused_record', 'changed', 'no_such_zone'];
const DONE = { outcome: 'done', value: null } as const;

type Read = (names: readonly string[]) => Promise<DnsProviderAnswer<readonly RrSet[]>>;
type Outcome = Promise<{ readonly outcome: 'done' } | DnsProviderProblem>;

/** What every provider has a call for. */
interface Calls {
  readonly read: Read;
  /** Sends a change that changes nothing, such as the removal of what isn't there, to learn whether it would be allowed. */
  probe(): Outcome;
}

/**
 * Makes changes where what stands there is what they expect: reads, compares, writes all in one request, and after a refusal looks
 * whether somebody was faster. How small the gap between reading and writing is depends on what the provider's API refuses itself.
 */
export async function writeGuarded(
  changes: readonly RrSetChange[],
  { read, probe, writeAll }: Calls & { writeAll(changes: readonly CheckedChange[]): Promise<DnsProviderAnswer<null>> },
): Promise<DnsProviderAnswer<null>> {
  if (changes.length === 0) return judgeProbe(await probe());
  const checked = await readAndCheck(changes, read);
  if (checked.outcome !== 'done') return checked;
  const written = await writeAll(checked.value);
  return written.outcome === 'done' ? DONE : explainRefusal(written, changes, read);
}

/**
 * The same where an API makes one change at a time. What stopped them says which record set it is about, and whether something
 * was changed before.
 */
export async function writeGuardedOneByOne(
  changes: readonly RrSetChange[],
  { read, probe, writeOne }: Calls & { writeOne(change: CheckedChange): Promise<DnsProviderAnswer<null>> },
): Promise<DnsProviderAnswer<null>> {
  if (changes.length === 0) return judgeProbe(await probe());
  const checked = await readAndCheck(changes, read);
  if (checked.outcome !== 'done') return checked;
  for (const [index, change] of checked.value.entries()) {
    const written = await writeOne(change);
    if (written.outcome === 'done') continue;
    const about = change.before ?? change.after;
    return {
      ...(about && { about: { name: about.name, type: about.type } }),
      ...(await explainRefusal(written, [change], read)),
      ...(index > 0 && { mayBeWritten: true }),
    };
  }
  return DONE;
}

/** What isn't there, or isn't taken, says that the credentials were good enough to be told so. */
function judgeProbe(answer: { readonly outcome: 'done' } | DnsProviderProblem): DnsProviderAnswer<null> {
  if (answer.outcome === 'done' || MAY_BE_A_RACE.includes(answer.outcome)) return DONE;
  return { ...answer, mayBeWritten: false };
}

/** Gives a name that nobody has. */
export function nameProbe(tools: Pick<ProviderTools, 'randomBytes'>): string {
  return `autosend-probe-${Buffer.from(tools.randomBytes(8)).toString('hex')}`;
}

async function readAndCheck(
  changes: readonly RrSetChange[],
  read: Read,
): Promise<DnsProviderAnswer<readonly CheckedChange[]>> {
  const names = [...new Set(changes.flatMap(({ before, after }) => (before ?? after)?.name ?? []))];
  const found = await read(names);
  return found.outcome === 'done' ? checkChanges(changes, found.value) : found;
}

async function explainRefusal(
  refusal: DnsProviderProblem,
  changes: readonly RrSetChange[],
  read: Read,
): Promise<DnsProviderProblem> {
  // Of what may be our own change nothing can be told by reading.
  if (!MAY_BE_A_RACE.includes(refusal.outcome) || refusal.mayBeWritten) return refusal;
  const checked = await readAndCheck(changes, read);
  if (checked.outcome === 'changed') return checked;
  // What conflicts is something else then, such as an address where a CNAME was to go.
  return refusal.outcome === 'changed' ? { ...refusal, outcome: 'refused_record' } : refusal;
}

/** Says that somebody changed a record set in between. */
function describeChanged(about: Pick<RrSet, 'name' | 'type'>, current: RrSet | null): DnsProviderProblem {
  const now = current ? current.rdata.join(', ').slice(0, 200) : 'nothing';
  return {
    outcome: 'changed',
    detail: `The ${about.type} records at ${about.name} have changed. What is there now: ${now}`,
    about: { name: about.name, type: about.type },
  };
}
