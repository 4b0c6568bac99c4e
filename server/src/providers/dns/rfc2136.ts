import type {
  DnsProvider,
  DnsProviderAnswer,
  DnsProviderProblem,
  ProviderTools,
  ProviderZone,
} from '../../core/publishing/dns-provider.ts';
import { READ_TYPES, type RrSet, type RrSetChange } from '../../core/publishing/rr-set.ts';
import { type DnsReply, type DnsRequest, OPCODES, QUESTION_TYPES } from '../../core/publishing/wire/message.ts';
import { decodeRdata, TYPE_CODES } from '../../core/publishing/wire/rdata-wire.ts';
import {
  buildPresenceTest,
  buildStandingTest,
  buildUpdate,
  listGuardTests,
  listSwapped,
} from '../../core/publishing/wire/update.ts';
import { explainUpdateRcode, OCCUPIED, ONLY_QUESTIONS, RCODES, UNKNOWN_ZONE } from './rfc2136/faults.ts';
import { type Asked, openSession, type Rfc2136Session } from './rfc2136/session.ts';

/*
 * Updates by RFC 2136, signed with TSIG (RFC 8945), over TCP to the primary server itself. The server checks what stands
 * there and changes it in one step, so that nobody else's change is ever overwritten.
 */

const LIMITS = { minTtlSeconds: 0, atomic: 'zone' } as const;
const DNAME = 39;

/** Creates the adapter for a primary server that takes signed updates: BIND, Knot, PowerDNS and others. */
export function createRfc2136(settings: Readonly<Record<string, string>>, tools: ProviderTools): DnsProvider {
  const session = openSession(settings, tools);
  if ('outcome' in session) {
    const refuse = async () => session;
    return { limits: LIMITS, listZones: refuse, findZone: refuse, read: refuse, write: refuse };
  }
  return {
    limits: LIMITS,
    listZones: (_limit, signal) => tryKey(session, signal),
    findZone: (name, signal) => findZone(session, name, signal),
    read: (zone, names, signal) => readSets(session, zone, names, signal),
    write: (zone, changes, signal) => writeChanges(session, zone, changes, signal),
  };
}

/** The protocol can't list zones. A question with the key tells whether the server is there and takes it. */
async function tryKey(session: Rfc2136Session, signal: AbortSignal): Promise<DnsProviderAnswer<null>> {
  const asked = await session.ask(askSoa(''), signal);
  if (asked.outcome === 'signed' || isUnknownZone(asked)) return { outcome: 'done', value: null };
  return asked.problem;
}

async function findZone(
  session: Rfc2136Session,
  name: string,
  signal: AbortSignal,
): Promise<DnsProviderAnswer<ProviderZone | null>> {
  const asked = await session.ask(askSoa(name), signal);
  if (isUnknownZone(asked)) return { outcome: 'done', value: null };
  if (asked.outcome === 'failed') return asked.problem;
  const { rcode, authoritative, answers } = asked.reply;
  if (rcode === RCODES.servFail)
    return { outcome: 'unavailable', detail: `SERVFAIL: the server has ${name} but can't serve it. Its log says why.` };
  // A resolver, or a server of the parent, knows the SOA record of a zone that isn't its own.
  const isServed = authoritative && answers.some(({ owner, type }) => owner === name && type === QUESTION_TYPES.soa);
  return { outcome: 'done', value: rcode === RCODES.noError && isServed ? { id: name, name } : null };
}

async function readSets(
  session: Rfc2136Session,
  zone: ProviderZone,
  names: readonly string[],
  signal: AbortSignal,
): Promise<DnsProviderAnswer<readonly RrSet[]>> {
  const found: RrSet[] = [];
  for (const name of new Set(names)) {
    // A CNAME comes with the answer to each.
    const read = await Promise.all([
      askSets(session, zone, name, 'TXT', signal),
      askSets(session, zone, name, 'MX', signal),
    ]);
    for (const answer of read) {
      if (answer.outcome !== 'done') return answer;
      for (const set of answer.value)
        if (!found.some(({ name: other, type }) => other === name && type === set.type)) found.push(set);
    }
  }
  return leaveOutWildcards(session, zone, found, signal);
}

async function askSets(
  session: Rfc2136Session,
  zone: ProviderZone,
  name: string,
  type: 'TXT' | 'MX',
  signal: AbortSignal,
): Promise<DnsProviderAnswer<readonly RrSet[]>> {
  const asked = await session.ask(question(name, TYPE_CODES[type]), signal);
  if (asked.outcome === 'failed') return asked.problem;
  const reply = asked.reply;
  const about = { name, type };
  if (reply.rcode !== RCODES.noError && reply.rcode !== RCODES.nxDomain) return explainReadRcode(reply, about);
  if (!reply.authoritative)
    return { outcome: 'no_such_zone', detail: `The server doesn't have ${name} in the zone ${zone.name}.`, about };
  if (reply.answers.some((record) => record.type === DNAME))
    return {
      outcome: 'refused_record',
      detail: `A DNAME above ${name} redirects it, so nothing can be published there.`,
      about,
    };
  const sets: RrSet[] = [];
  for (const each of READ_TYPES) {
    const set = collectSet(reply, name, each);
    if (!set) return { outcome: 'bad_answer', detail: `The server's ${each} records at ${name} can't be read.`, about };
    if (set.rdata.length > 0) sets.push(set);
  }
  return { outcome: 'done', value: sets };
}

/** The records of one type at the name itself: where a CNAME leads isn't part of it. Null where one can't be read. */
function collectSet(reply: DnsReply, name: string, type: RrSet['type']): RrSet | null {
  const records = reply.answers.filter((record) => record.owner === name && record.type === TYPE_CODES[type]);
  const rdata: string[] = [];
  for (const { from, to } of records) {
    const text = decodeRdata(reply.message, type, from, to);
    if (text === null) return null;
    rdata.push(text);
  }
  return { name, type, ttlSeconds: records[0]?.ttlSeconds ?? 0, rdata };
}

/** Leaves out what a wildcard stands in for: it doesn't stand at the name, and could be neither guarded nor changed there. */
async function leaveOutWildcards(
  session: Rfc2136Session,
  zone: ProviderZone,
  found: readonly RrSet[],
  signal: AbortSignal,
): Promise<DnsProviderAnswer<readonly RrSet[]>> {
  if (found.length === 0) return { outcome: 'done', value: found };
  const test = await askUpdate(session, zone, buildPresenceTest(zone.name, found), signal);
  if (test.outcome === 'failed') return test.problem;
  if (test.reply.rcode === RCODES.noError) return { outcome: 'done', value: found };
  const problem = explainUpdateRcode(test.reply.rcode);
  if (problem.outcome !== 'changed') return problem;
  if (found.length === 1) return { outcome: 'done', value: [] };
  const present: RrSet[] = [];
  for (const set of found) {
    const alone = await leaveOutWildcards(session, zone, [set], signal);
    if (alone.outcome !== 'done') return alone;
    present.push(...alone.value);
  }
  return { outcome: 'done', value: present };
}

async function writeChanges(
  session: Rfc2136Session,
  zone: ProviderZone,
  changes: readonly RrSetChange[],
  signal: AbortSignal,
): Promise<DnsProviderAnswer<null>> {
  const built = buildUpdate(zone.name, changes);
  if (!('request' in built)) return { ...UNFIT[built.why], about: built.unfit, mayBeWritten: false };
  // An update of nothing changes nothing, and is refused like any other.
  const asked = await askUpdate(session, zone, built.request, signal);
  // Where the answer is lost, late or not signed, the server may have done what it was asked.
  if (asked.outcome === 'failed') return { ...asked.problem, mayBeWritten: asked.problem.mayBeWritten ?? true };
  if (asked.reply.rcode === RCODES.noError) return finishSwaps(session, zone, listSwapped(changes), signal);
  const problem = explainUpdateRcode(asked.reply.rcode);
  return problem.outcome === 'changed' ? findChanged(session, zone, changes, problem, signal) : problem;
}

/**
 * Adds what was passed over: in a zone that it signs, Knot deletes a set, sees the signatures of the name that are still there, and
 * says NOERROR without adding a CNAME, or anything in place of one. Where the update is done they are gone.
 */
async function finishSwaps(
  session: Rfc2136Session,
  zone: ProviderZone,
  swapped: readonly RrSet[],
  signal: AbortSignal,
): Promise<DnsProviderAnswer<null>> {
  if (swapped.length === 0) return { outcome: 'done', value: null };
  const test = await session.ask(buildStandingTest(zone.name, swapped), signal);
  if (test.outcome === 'failed') return { ...test.problem, mayBeWritten: true };
  if (test.reply.rcode === RCODES.noError) return { outcome: 'done', value: null };
  const added = await writeChanges(
    session,
    zone,
    swapped.map((after) => ({ before: null, after })),
    signal,
  );
  return added.outcome === 'done' ? added : { ...added, mayBeWritten: true };
}

/**
 * Asks for an update. Knot and PowerDNS refuse some without a signature, for one reason or another; a question with the same key
 * tells them apart.
 */
async function askUpdate(
  session: Rfc2136Session,
  zone: ProviderZone,
  request: DnsRequest,
  signal: AbortSignal,
): Promise<Asked> {
  const asked = await session.ask(request, signal);
  if (asked.outcome === 'signed' || !asked.unsigned) return asked;
  if (asked.unsigned.rcode !== RCODES.refused && asked.unsigned.rcode !== RCODES.notAuth) return asked;
  const question = await session.ask(askSoa(zone.name), signal);
  if (question.outcome === 'signed') return { outcome: 'failed', problem: ONLY_QUESTIONS };
  return isUnknownZone(question) ? { outcome: 'failed', problem: UNKNOWN_ZONE } : question;
}

const UNFIT: Readonly<Record<'outside' | 'data' | 'collision', DnsProviderProblem>> = {
  outside: { outcome: 'refused_record', detail: 'The name is outside the zone.' },
  data: { outcome: 'refused_record', detail: "The record's name or data isn't valid in DNS." },
  collision: { outcome: 'refused_record', detail: "A name with a CNAME can't have any other record." },
};

/** Finds what somebody else has changed, or what else stands in the way. */
async function findChanged(
  session: Rfc2136Session,
  zone: ProviderZone,
  changes: readonly RrSetChange[],
  problem: DnsProviderProblem,
  signal: AbortSignal,
): Promise<DnsProviderProblem> {
  for (const { request, about, means } of listGuardTests(zone.name, changes)) {
    const asked = await session.ask(request, signal);
    if (asked.outcome !== 'signed' || asked.reply.rcode === RCODES.noError) continue;
    return means === 'changed' ? { ...problem, about } : { ...OCCUPIED, about };
  }
  return problem;
}

function explainReadRcode({ rcode }: DnsReply, about: Pick<RrSet, 'name' | 'type'>): DnsProviderProblem {
  if (rcode === RCODES.servFail)
    return { outcome: 'unavailable', detail: "SERVFAIL: the server can't serve the zone. Its log says why.", about };
  if (rcode === RCODES.refused || rcode === RCODES.notAuth)
    return { outcome: 'no_such_zone', detail: "The server doesn't serve the zone, or not to this key.", about };
  return { outcome: 'bad_answer', detail: `The server answered with code ${rcode}.`, about };
}

/** Knot knows keys only where it has the zone: without one it refuses, and signs nothing. */
function isUnknownZone(asked: Asked): boolean {
  return asked.outcome === 'failed' && asked.unsigned?.tsig === null && asked.unsigned.rcode === RCODES.refused;
}

function askSoa(name: string): DnsRequest {
  return question(name, QUESTION_TYPES.soa);
}

function question(name: string, type: number): DnsRequest {
  return { opcode: OPCODES.query, name, type, prerequisites: [], updates: [] };
}
