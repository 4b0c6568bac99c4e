import type { Answer, Found, Lookups, ZoneOfName } from '../answers/dns-answer.ts';
import { questionKey } from '../answers/dns-answer.ts';
import { writeRecord } from '../answers/record-text.ts';
import { RECORD_KINDS } from '../records/record.ts';
import type { DnsRecords } from '../records/records.ts';
import { listQuestions } from './check.ts';

/**
 * Writes all that the outcome of a check depends on, besides the rules and the state before it: what was to be found, which zones
 * and servers answered, and what they showed. Two checks with the same text come to the same verdict and the same findings. Null where
 * that isn't all: a server gave no answer or had no record, or more was asked than the questions that every check asks.
 *
 * Round trips don't count, and neither does the order of servers and records. A TTL counts where the zone's own server tells it; that of
 * a resolver only says how long ago it asked.
 * @param mayProbe whether an explanation might have asked further questions
 */
export function describeCheck(records: DnsRecords, lookups: Lookups, mayProbe: boolean): string | null {
  if (lookups.size !== RECORD_KINDS.length) return null;
  const questions = listQuestions(records);
  // Each part is JSON, and so a line of its own. A zone, mostly the same for all records, is written once.
  const lines = [JSON.stringify([records, mayProbe])];
  const zones: string[] = [];
  for (const kind of RECORD_KINDS) {
    const result = lookups.get(questionKey(questions[kind]));
    if (!result?.answers.every(isFound)) return null;
    const { answers, aliases, zone, askedZone } = result;
    lines.push(JSON.stringify([answers.length, aliases, placeZone(zone, zones), placeZone(askedZone, zones)]));
    lines.push(...answers.filter(isFound).map(describeFound).sort());
  }
  return [...lines, ...zones].join('\n');
}

function isFound(answer: Answer): answer is Found {
  return answer.outcome === 'found';
}

function describeFound({ records, ttlSeconds, source }: Found): string {
  const { server, address, via } = source;
  const ttl = via === 'authoritative' ? ttlSeconds : null;
  const [only] = records;
  // Many servers may show the same long set, which `writeRecord` writes once; to remember one record costs more than to write it.
  const texts = records.length === 1 ? [JSON.stringify(only)] : records.map(writeRecord).sort();
  return `${JSON.stringify([server, address, via, ttl])} ${texts.join(' ')}`;
}

/** @returns where the zone stands among those that were described; null for none */
function placeZone(zone: ZoneOfName | undefined, zones: string[]): number | null {
  if (zone === undefined) return null;
  const { name, nameservers, dnssec, oddity, delegatedTo } = zone;
  const servers = nameservers.map((server) => [server.name, ...server.addresses.toSorted()].join(' ')).sort();
  const text = JSON.stringify([name, servers, dnssec, oddity, delegatedTo?.toSorted()]);
  const known = zones.indexOf(text);
  return known >= 0 ? known : zones.push(text) - 1;
}
