import { type Absent, type DnsRecord, joinTxt, type QuestionType } from '../core/answers/dns-answer.ts';
import type { Fault, ResponseCode } from '../core/answers/failure.ts';
import { formatRecordData } from '../core/answers/presentation.ts';
import { writeRecord } from '../core/answers/record-text.ts';
import { isWithin } from '../core/names/name-wire.ts';
import { type FailedReply, failedReply } from './failed-reply.ts';
import type { Message, WireRecord } from './wire.ts';

/** What an answer means, before it is known who gave it. */
export type Reply =
  | FoundReply
  | { readonly kind: 'cname'; readonly target: string; readonly ttlSeconds: number }
  | AbsentReply
  | Referral
  | FailedReply;

/** `zone` is the apex of the zone that holds the records, where an authoritative server says it; many do not. */
export interface FoundReply {
  readonly kind: 'found';
  readonly records: readonly DnsRecord[];
  readonly ttlSeconds: number;
  readonly zone: string | undefined;
}

/** `soaOwner` is the apex of the zone that says no; undefined where no SOA came with it. */
export interface AbsentReply {
  readonly kind: 'absent';
  readonly reason: Absent['reason'];
  readonly negativeTtlSeconds: number;
  readonly soaOwner: string | undefined;
}

/** A zone cut below the zone that was asked. `glue` has addresses of name servers inside the new zone only. */
export interface Referral {
  readonly kind: 'referral';
  readonly zone: string;
  readonly nameservers: readonly string[];
  readonly ttlSeconds: number;
  readonly glue: readonly { readonly name: string; readonly address: string }[];
}

/** More than this of one answer's text is not kept: a TXT set of every provider there is stays far below. */
const MAX_ANSWER_OCTETS = 32 * 1024;

const RCODE_NAMES: Readonly<Record<number, ResponseCode>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  4: 'NOTIMP',
  5: 'REFUSED',
  9: 'NOTAUTH',
  16: 'BADVERS',
};
const NXDOMAIN = 3;
/** "Invalid Data" (RFC 8914 §4.25): "the server cannot answer with data for a zone it is otherwise configured to support". */
const EDE_INVALID_DATA = 24;

interface Asked {
  readonly name: string;
  readonly type: QuestionType;
}

/**
 * Reads the answer of a server that should hold `zone` (RFC 1034 §4.3.2, RFC 2308). Only a server that says AA, and speaks
 * for this zone or one inside it, can say that something is absent; anything less is `failed` as lame.
 */
export function interpretAuthoritative(message: Message, asked: Asked, zone: string): Reply {
  const early = checkMessage(message);
  if (early) return failedReply(explainExpired(early, message));
  const referral = findReferral(message, asked.name, zone);
  if (referral) return referral;
  if (!message.authoritative) {
    if (isAnswerTo(message, asked)) return failedReply({ kind: 'answered_without_authority' });
    const ns = message.authorities.find((record) => record.data?.type === 'NS');
    return failedReply({ kind: 'not_authoritative', ...(ns && { refersTo: ns.owner }) });
  }
  const own = readOwn(message, asked);
  if (own?.kind === 'found') return { ...own, zone: readZone(message, asked, zone) };
  if (own) return own;
  const negative = readNegative(message, asked);
  if (negative.kind === 'absent' && negative.soaOwner !== undefined && !isWithin(negative.soaOwner, zone)) {
    return failedReply({ kind: 'speaks_for_other', zone: negative.soaOwner, expected: zone });
  }
  return negative;
}

/**
 * Reads the answer of a resolver, which follows CNAMEs itself: `aliases` are those it went through.
 * @param maxAliases a longer chain is `failed`
 */
export function interpretRecursive(
  message: Message,
  asked: Asked,
  maxAliases: number,
): { reply: Exclude<Reply, Referral>; aliases: readonly string[] } {
  const aliases: string[] = [];
  const early = checkMessage(message);
  if (early) return { reply: failedReply(early), aliases };
  if (!message.recursionAvailable && message.answers.length === 0) {
    return { reply: failedReply({ kind: 'no_recursion' }), aliases };
  }
  let name = asked.name;
  for (;;) {
    const own = readOwn(message, { name, type: asked.type }, aliases.length > 0);
    if (own?.kind !== 'cname') return { reply: own ?? readNegative(message, { name, type: asked.type }), aliases };
    const chain = [asked.name, ...aliases, own.target];
    if (chain.indexOf(own.target) < chain.length - 1) return { reply: failCnameLoop(chain), aliases };
    if (aliases.length === maxAliases) return { reply: failCnameChain(maxAliases), aliases };
    aliases.push(own.target);
    name = own.target;
  }
}

/** The failure of CNAMEs that come back to a name they started from. */
export function failCnameLoop(chain: readonly string[]): FailedReply {
  return failedReply({ kind: 'cname_loop', chain });
}

/** The failure of more CNAMEs than anybody needs. */
export function failCnameChain(maxAliases: number): FailedReply {
  return failedReply({ kind: 'cname_chain', limit: maxAliases });
}

function checkMessage({ rcode, answers, extendedErrors }: Message): Fault | null {
  if (rcode !== 0 && rcode !== NXDOMAIN) {
    const name = RCODE_NAMES[rcode] ?? rcode;
    return { kind: 'error_code', rcode: name, ...(extendedErrors.length > 0 && { extendedErrors }) };
  }
  const octets = answers.reduce((sum, { data }) => sum + (data?.type === 'TXT' ? measureTxt(data.strings) : 0), 0);
  if (octets <= MAX_ANSWER_OCTETS) return null;
  return { kind: 'too_much_text', octets, limit: MAX_ANSWER_OCTETS };
}

function measureTxt(strings: readonly string[]): number {
  return strings.reduce((sum, { length }) => sum + length, 0);
}

/** A server that is set up for the zone and says that its data for it is not valid; a resolver's word would be about another server. */
function explainExpired(fault: Fault, { extendedErrors }: Message): Fault {
  if (fault.kind !== 'error_code' || fault.rcode !== 'SERVFAIL') return fault;
  const isExpired = extendedErrors.some(({ code }) => code === EDE_INVALID_DATA);
  return isExpired ? { kind: 'zone_expired', rcode: fault.rcode, extendedErrors } : fault;
}

/** Whether a server without authority answers the question all the same, as a resolver does: with records of the name, or a "no" of its zone. */
function isAnswerTo({ answers, authorities }: Message, { name, type }: Asked): boolean {
  const isOwn = ({ owner, data }: WireRecord) => owner === name && (data?.type === type || data?.type === 'CNAME');
  const isNo = ({ owner, data }: WireRecord) => data?.type === 'SOA' && isWithin(name, owner);
  return answers.some(isOwn) || (answers.length === 0 && authorities.some(isNo));
}

/** Other records beside a CNAME are told of up to this number. */
const MAX_TOLD = 8;

function besideOthers(targets: ReadonlySet<string>, others: readonly WireRecord[]): FailedReply {
  const told = others.slice(0, MAX_TOLD).flatMap(({ data }) => {
    if (data === null) return [];
    return [data.type === 'TXT' || data.type === 'SPF' ? joinTxt(data) : formatRecordData(data)];
  });
  return failedReply({ kind: 'cname_beside_others', targets: [...targets].slice(0, MAX_TOLD), others: told });
}

/** The records of the asked name itself; null where the answer section has none and is empty. */
function readOwn(message: Message, asked: Asked, afterAlias = false): Exclude<Reply, Referral | AbsentReply> | null {
  const own = message.answers.filter((record) => record.owner === asked.name);
  const wanted = own.filter((record) => record.data?.type === asked.type);
  if (asked.type !== 'CNAME' && own.some(({ data }) => data?.type === 'CNAME')) {
    const targets = new Set(own.flatMap(({ data }) => (data?.type === 'CNAME' ? [data.target] : [])));
    const [target] = targets;
    if (targets.size > 1 || wanted.length > 0 || target === undefined) {
      return besideOthers(targets, wanted);
    }
    return { kind: 'cname', target, ttlSeconds: lowestTtl(own) };
  }
  if (wanted.length > 0) {
    if (message.rcode === NXDOMAIN) return failedReply({ kind: 'nxdomain_with_records' });
    return { kind: 'found', records: dropTwins(wanted), ttlSeconds: lowestTtl(wanted), zone: undefined };
  }
  // A signature or another type of the asked name is no answer and no offence; records of another name are.
  const stranger = message.answers.find((record) => record.data !== null && record.owner !== asked.name);
  return stranger && !afterAlias ? failedReply({ kind: 'other_name', name: stranger.owner }) : null;
}

function readNegative(message: Message, asked: Asked): AbsentReply | FailedReply {
  const reason = message.rcode === NXDOMAIN ? 'nxdomain' : 'nodata';
  const soa = message.authorities.find(({ data }) => data?.type === 'SOA');
  if (soa?.data?.type !== 'SOA') return { kind: 'absent', reason, negativeTtlSeconds: 0, soaOwner: undefined };
  if (!isWithin(asked.name, soa.owner)) return failedReply({ kind: 'other_zone', zone: soa.owner });
  const negativeTtlSeconds = Math.min(soa.ttlSeconds, soa.data.minimumSeconds);
  return { kind: 'absent', reason, negativeTtlSeconds, soaOwner: soa.owner };
}

/** NS records of a zone strictly between the zone that was asked and the name, with neither an answer nor a SOA. */
function findReferral(message: Message, name: string, zone: string): Referral | null {
  if (message.rcode !== 0 || message.answers.length > 0) return null;
  if (message.authorities.some(({ data }) => data?.type === 'SOA')) return null;
  const cut = message.authorities.filter(
    ({ owner, data }) => data?.type === 'NS' && owner !== zone && isWithin(owner, zone) && isWithin(name, owner),
  );
  const owner = cut[0]?.owner;
  if (owner === undefined) return null;
  const records = cut.filter((record) => record.owner === owner);
  const nameservers = records.flatMap(({ data }) => (data?.type === 'NS' ? [data.target] : []));
  const glue = message.additionals.flatMap(({ owner: host, data }) => {
    const isAddress = data?.type === 'A' || data?.type === 'AAAA';
    return isAddress && nameservers.includes(host) && isWithin(host, owner)
      ? [{ name: host, address: data.address }]
      : [];
  });
  return {
    kind: 'referral',
    zone: owner,
    nameservers: [...new Set(nameservers)],
    ttlSeconds: lowestTtl(records),
    glue,
  };
}

/** The zone that an authoritative answer is from: the owner of the NS set in its authority section (RFC 2181 §5.4.1). */
function readZone(message: Message, asked: Asked, zone: string): string | undefined {
  const ns = message.authorities.find(({ data }) => data?.type === 'NS');
  return ns && isWithin(ns.owner, zone) && isWithin(asked.name, ns.owner) ? ns.owner : undefined;
}

/** A record set has no two equal records (RFC 2181 §5): a server that sends one twice means it once. */
function dropTwins(records: readonly WireRecord[]): DnsRecord[] {
  const [only] = records;
  if (only?.data && records.length === 1) return [only.data];
  const different = new Map<string, DnsRecord>();
  for (const { data } of records) if (data) different.set(writeRecord(data), data);
  return [...different.values()];
}

function lowestTtl(records: readonly WireRecord[]): number {
  return records.reduce((lowest, { ttlSeconds }) => Math.min(lowest, ttlSeconds), 0x7fffffff);
}
