import type { Answer, Found, LookupResult, Lookups, ZoneOfName } from '../answers/dns-answer.ts';
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
  const results: unknown[] = [];
  for (const kind of RECORD_KINDS) {
    const result = lookups.get(questionKey(questions[kind]));
    if (!result?.answers.every(isFound)) return null;
    results.push(describeResult(result));
  }
  return JSON.stringify([records, mayProbe, results]);
}

function isFound(answer: Answer): answer is Found {
  return answer.outcome === 'found';
}

function describeResult({ answers, aliases, zone, askedZone }: LookupResult): unknown[] {
  return [answers.filter(isFound).map(describeFound).sort(), aliases, describeZone(zone), describeZone(askedZone)];
}

function describeFound({ records, ttlSeconds, source }: Found): string {
  const { server, address, via } = source;
  const ttl = via === 'authoritative' ? ttlSeconds : null;
  return JSON.stringify([server, address, via, ttl, records.map(writeRecord).sort()]);
}

function describeZone(zone: ZoneOfName | undefined): unknown {
  if (zone === undefined) return null;
  const { name, nameservers, dnssec, oddity, delegatedTo } = zone;
  const servers = nameservers.map((server) => [server.name, ...server.addresses.toSorted()].join(' ')).sort();
  return [name, servers, dnssec, oddity, delegatedTo?.toSorted()];
}
