import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Answer, DnsRecord, LookupResult, Question } from '../../../src/core/answers/dns-answer.ts';
import { AT_RECORD } from '../../../src/core/answers/failure.ts';

type ZoneEntry = 'TIMEOUT' | Readonly<Record<string, string | readonly (string | number)[]>>;
/** The records of a scenario, by name. */
export type Zone = ReadonlyMap<string, readonly ZoneEntry[]>;
/** One test of the suite: a sender, and the results that it may get. */
export interface SuiteTest {
  readonly scenario: string;
  readonly name: string;
  readonly domain: string;
  readonly localPart: string;
  readonly helo: string;
  readonly ip: string;
  readonly expected: readonly string[];
  readonly zone: Zone;
}

/** Reads the public RFC 7208 suite of the openspf project. */
export function readSpfSuite(file: string): SuiteTest[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).flatMap((document) => {
    assert.deepEqual(document.errors, []);
    const scenario = document.toJS() as {
      description: string;
      tests: Record<string, { mailfrom: string; helo: string; host: string; result: string | string[] }>;
      zonedata: Record<string, ZoneEntry[]>;
    };
    const zone = new Map(Object.entries(scenario.zonedata).map(([name, entries]) => [name.toLowerCase(), entries]));
    return Object.entries(scenario.tests).map(([name, { mailfrom, helo, host, result }]) => ({
      scenario: scenario.description,
      name,
      // RFC 7208 §2.4: an empty MAIL FROM stands for postmaster at the HELO name.
      domain: (mailfrom === '' ? helo : mailfrom.slice(mailfrom.lastIndexOf('@') + 1)).toLowerCase(),
      localPart: mailfrom.slice(0, Math.max(0, mailfrom.lastIndexOf('@'))),
      helo,
      ip: host,
      expected: [result].flat(),
      zone,
    }));
  });
}

/** Answers from a zone as the suite means it: SPF records are served as TXT where a name lists no TXT of its own. */
export function askSuite(zone: Zone, question: Question): LookupResult {
  let name = question.name;
  let entries = zone.get(name);
  for (let hops = 0; hops < 8; hops++) {
    const cname = entries?.flatMap((entry) => (entry !== 'TIMEOUT' && entry.CNAME ? [String(entry.CNAME)] : []))[0];
    if (cname === undefined) break;
    name = cname.toLowerCase();
    entries = zone.get(name);
  }
  const hasTxt = entries?.some((entry) => entry !== 'TIMEOUT' && 'TXT' in entry);
  const records = (entries ?? []).flatMap((entry) =>
    entry === 'TIMEOUT' ? [] : toRecords(entry, question.type, hasTxt === true),
  );
  const answer = toAnswer(records, entries);
  return { question, aliases: [], zone: undefined, answers: [answer] };
}

function toAnswer(records: readonly DnsRecord[], entries: readonly ZoneEntry[] | undefined): Answer {
  const source = { server: 'suite', address: '127.0.0.1', via: 'authoritative', rttMs: 0 } as const;
  if (records.length > 0) return { outcome: 'found', records, ttlSeconds: 60, source };
  if (entries?.includes('TIMEOUT'))
    return { outcome: 'failed', reason: 'timeout', kind: 'silent', transport: 'udp', step: AT_RECORD, source };
  return { outcome: 'absent', reason: entries ? 'nodata' : 'nxdomain', negativeTtlSeconds: 60, source };
}

function toRecords(entry: Exclude<ZoneEntry, 'TIMEOUT'>, type: Question['type'], hasTxt: boolean): DnsRecord[] {
  const [[entryType, value] = ['', '']] = Object.entries(entry);
  const served = entryType === 'SPF' && !hasTxt ? 'TXT' : entryType;
  if (served !== type || value === 'NONE') return [];
  if (type === 'TXT') return [{ type, strings: [value].flat().map(String) }];
  if (type === 'MX') return [{ type, preference: Number(value[0]), exchange: String(value[1]).toLowerCase() }];
  if (type === 'A' || type === 'AAAA') return [{ type, address: String(value) }];
  return [];
}
