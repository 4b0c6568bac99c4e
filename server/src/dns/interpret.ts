import type { Absent, DnsRecord, FailureCause, FailureReason, QuestionType } from '../core/answers/dns-answer.ts';
import { isWithin } from './name-wire.ts';
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

/** `cause` and `outdatedSeconds` as in `Failed`. */
export interface FailedReply {
  readonly kind: 'failed';
  readonly reason: FailureReason;
  readonly detail: string;
  readonly cause?: FailureCause;
  readonly outdatedSeconds?: number;
}

/** More than this of one answer's text is not kept: a TXT set of every provider there is stays far below. */
const MAX_ANSWER_OCTETS = 32 * 1024;

const RCODE_NAMES: Readonly<Record<number, string>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  4: 'NOTIMP',
  5: 'REFUSED',
  9: 'NOTAUTH',
};
const SERVFAIL = 2;
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
  if (early) return explainExpired(early, message);
  const referral = findReferral(message, asked.name, zone);
  if (referral) return referral;
  if (!message.authoritative) {
    const ns = message.authorities.find((record) => record.data?.type === 'NS');
    return lame(
      ns
        ? `holds no authority over this name: it refers to the servers of ${showName(ns.owner)}`
        : 'holds no authority over this name (its answer is not marked authoritative)',
    );
  }
  const own = readOwn(message, asked);
  if (own?.kind === 'found') return { ...own, zone: readZone(message, asked, zone) };
  if (own) return own;
  const negative = readNegative(message, asked);
  if (negative.kind === 'absent' && negative.soaOwner !== undefined && !isWithin(negative.soaOwner, zone)) {
    return lame(`speaks for ${showName(negative.soaOwner)} and not for ${showName(zone)}`);
  }
  return negative;
}

/**
 * Reads the answer of a resolver, which follows CNAMEs by itself: `aliases` are those it went through.
 * @param maxAliases a longer chain is `failed`
 */
export function interpretRecursive(
  message: Message,
  asked: Asked,
  maxAliases: number,
): { reply: Exclude<Reply, Referral>; aliases: readonly string[] } {
  const aliases: string[] = [];
  const early = checkMessage(message);
  if (early) return { reply: early, aliases };
  if (!message.recursionAvailable && message.answers.length === 0) {
    return { reply: lame('does not look up names for us (recursion is not available)'), aliases };
  }
  let name = asked.name;
  for (;;) {
    const own = readOwn(message, { name, type: asked.type }, aliases.length > 0);
    if (own?.kind !== 'cname') return { reply: own ?? readNegative(message, { name, type: asked.type }), aliases };
    const chain = [asked.name, ...aliases, own.target];
    if (chain.indexOf(own.target) < chain.length - 1) return { reply: loop(chain), aliases };
    if (aliases.length === maxAliases) return { reply: tooLong(maxAliases), aliases };
    aliases.push(own.target);
    name = own.target;
  }
}

/** The failure of CNAMEs that come back to a name they started from. */
export function loop(chain: readonly string[]): FailedReply {
  return {
    kind: 'failed',
    reason: 'malformed',
    detail: `leads in a circle of CNAMEs: ${chain.join(' → ')}`,
    cause: 'cname_loop',
  };
}

/** The failure of more CNAMEs than anybody needs. */
export function tooLong(maxAliases: number): FailedReply {
  return {
    kind: 'failed',
    reason: 'malformed',
    detail: `leads through more than ${maxAliases} CNAMEs`,
    cause: 'cname_chain',
  };
}

function checkMessage(message: Message): FailedReply | null {
  if (message.rcode !== 0 && message.rcode !== NXDOMAIN) {
    const refused = message.rcode === 5 || message.rcode === 9;
    const name = RCODE_NAMES[message.rcode] ?? `error ${message.rcode}`;
    return { kind: 'failed', reason: refused ? 'refused' : 'servfail', detail: `answered ${name}` };
  }
  const octets = message.answers.reduce(
    (sum, { data }) => sum + (data?.type === 'TXT' ? data.strings.join('').length : 0),
    0,
  );
  if (octets <= MAX_ANSWER_OCTETS) return null;
  return malformed(`sent ${octets} octets of text; more than ${MAX_ANSWER_OCTETS} are not read`);
}

/** A server that is set up for the zone and says that its data for it is not valid; a resolver's word would be about another server. */
function explainExpired(failed: FailedReply, message: Message): FailedReply {
  if (message.rcode !== SERVFAIL || !message.extendedErrors.includes(EDE_INVALID_DATA)) return failed;
  return { ...failed, detail: `${failed.detail}, as it has no valid data for the zone`, cause: 'zone_expired' };
}

/** The records of the asked name itself; null where the answer section has none and is empty. */
function readOwn(message: Message, asked: Asked, afterAlias = false): Exclude<Reply, Referral | AbsentReply> | null {
  const own = message.answers.filter((record) => record.owner === asked.name);
  const wanted = own.filter((record) => record.data?.type === asked.type);
  const targets = new Set(own.flatMap(({ data }) => (data?.type === 'CNAME' ? [data.target] : [])));
  if (asked.type !== 'CNAME' && targets.size > 0) {
    const [target] = targets;
    if (targets.size > 1 || wanted.length > 0 || target === undefined) {
      return malformed('sent a CNAME together with other records of the same name');
    }
    return { kind: 'cname', target, ttlSeconds: lowestTtl(own) };
  }
  if (wanted.length > 0) {
    if (message.rcode === NXDOMAIN) return malformed('sent records and said that the name does not exist');
    return { kind: 'found', records: dropTwins(wanted), ttlSeconds: lowestTtl(wanted), zone: undefined };
  }
  // A signature or another type of the asked name is no answer and no offence; records of another name are.
  const stranger = message.answers.find((record) => record.data !== null && record.owner !== asked.name);
  return stranger && !afterAlias ? malformed(`answered for another name (${showName(stranger.owner)})`) : null;
}

function readNegative(message: Message, asked: Asked): AbsentReply | FailedReply {
  const reason = message.rcode === NXDOMAIN ? 'nxdomain' : 'nodata';
  const soa = message.authorities.find(({ data }) => data?.type === 'SOA');
  if (soa?.data?.type !== 'SOA') return { kind: 'absent', reason, negativeTtlSeconds: 0, soaOwner: undefined };
  if (!isWithin(asked.name, soa.owner)) return malformed(`answered for another zone (${showName(soa.owner)})`);
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
  for (const { data } of records) if (data) different.set(JSON.stringify(data), data);
  return [...different.values()];
}

function lowestTtl(records: readonly WireRecord[]): number {
  return records.reduce((lowest, { ttlSeconds }) => Math.min(lowest, ttlSeconds), 0x7fffffff);
}

function lame(detail: string): FailedReply {
  return { kind: 'failed', reason: 'lame', detail };
}

function malformed(detail: string): FailedReply {
  return { kind: 'failed', reason: 'malformed', detail };
}

function showName(name: string): string {
  return name === '' ? 'the root' : name;
}
