import type {
  Answer,
  AnswerSource,
  DnsRecord,
  LookupResult,
  Nameserver,
  Question,
  ZoneOfName,
} from '../answers/dns-answer.ts';
import { AT_RECORD, classifyFault } from '../answers/failure.ts';
import { splitTxtValue } from '../records/records.ts';
import type { RecordToPublish } from '../records/to-publish.ts';
import { findPart, findZoneName, listServersOf, readPart, type TestDomain } from './parts.ts';

const TTL_SECONDS = 300;
/** Addresses of documentation (RFC 5737 §3): nobody has them. */
const ADDRESSES = ['192.0.2.53', '198.51.100.53'] as const;
/** What sends for a region, as a test domain sees it (RFC 5737 §3). */
const SENDER = '203.0.113.25';
const TO_ALL_SENDERS = 'v=spf1 ip4:203.0.113.0/24 ~all';

/** Answers a question as the name servers of a test domain do. Of names outside it, only what its own records lead to is there. */
export function answerInTestMode(domain: TestDomain, question: Question): LookupResult {
  const zone = buildZone(domain);
  const isInside = question.name === zone.name || question.name.endsWith(`.${zone.name}`);
  if (!isInside) return { question, aliases: [], zone: undefined, answers: [answerOutside(domain, question)] };
  const part = findPart(domain.name);
  const scene = part === null ? null : readPart(part).stage(domain);
  const sides = scene === null ? [null, null] : [scene.first, scene.second];
  const answers = sides.map((records, index) => answerOf(zone, records, question, describeSource(zone, index)));
  return { question, aliases: [], zone, answers };
}

function buildZone({ name }: TestDomain): ZoneOfName {
  const part = findPart(name);
  const names = part === null ? [] : listServersOf(part);
  const nameservers: Nameserver[] = names.map((server, index) => ({
    name: server,
    addresses: [ADDRESSES[index] ?? ''],
  }));
  return { name: findZoneName(name), nameservers, dnssec: 'unsigned' };
}

function describeSource({ nameservers }: ZoneOfName, index: number): AnswerSource {
  const server = nameservers[index];
  return { server: server?.name ?? '', address: server?.addresses[0] ?? '', via: 'authoritative', rttMs: 1 };
}

/** What one server says. @param records what it has; null where it is silent */
function answerOf(
  zone: ZoneOfName,
  records: readonly RecordToPublish[] | null,
  { name, type }: Question,
  source: AnswerSource,
): Answer {
  if (records === null) {
    const fault = { kind: 'silent', transport: 'udp' } as const;
    return { ...fault, step: AT_RECORD, outcome: 'failed', reason: classifyFault(fault), source };
  }
  const isApex = name === zone.name;
  const found: DnsRecord[] = records.filter((record) => record.name === name).map(toDnsRecord);
  if (isApex) found.push(...listApexRecords(zone));
  const wanted = found.filter((record) => record.type === type);
  if (wanted.length > 0) return { outcome: 'found', records: wanted, ttlSeconds: TTL_SECONDS, source };
  // A name with others below it is there, though it has nothing (RFC 8020).
  const isThere = found.length > 0 || isApex || records.some((record) => record.name.endsWith(`.${name}`));
  return absent(isThere ? 'nodata' : 'nxdomain', source);
}

function listApexRecords({ nameservers }: ZoneOfName): DnsRecord[] {
  const primary = nameservers[0]?.name ?? '';
  return [
    { type: 'SOA', primary, serial: 1, minimumSeconds: TTL_SECONDS },
    ...nameservers.map(({ name }) => ({ type: 'NS', target: name }) as const),
  ];
}

function toDnsRecord(record: RecordToPublish): DnsRecord {
  return record.type === 'MX'
    ? { type: 'MX', preference: record.priority, exchange: record.value }
    : { type: 'TXT', strings: splitTxtValue(record.value) };
}

/** What stands outside of the domain: the host that takes bounces, and what the SPF record includes. */
function answerOutside({ records }: TestDomain, { name, type }: Question): Answer {
  const source: AnswerSource = { server: 'resolver.test', address: '192.0.2.1', via: 'recursive', rttMs: 1 };
  const found: DnsRecord[] = [];
  if (name === records.mail_from_mx.value && type === 'A') found.push({ type: 'A', address: SENDER });
  const isIncluded = records.mail_from_spf.value.split(' ').includes(`include:${name}`);
  if (isIncluded && type === 'TXT') found.push({ type: 'TXT', strings: [TO_ALL_SENDERS] });
  if (found.length > 0) return { outcome: 'found', records: found, ttlSeconds: TTL_SECONDS, source };
  return absent(name === records.mail_from_mx.value || isIncluded ? 'nodata' : 'nxdomain', source);
}

function absent(reason: 'nxdomain' | 'nodata', source: AnswerSource): Answer {
  return { outcome: 'absent', reason, negativeTtlSeconds: TTL_SECONDS, source };
}
