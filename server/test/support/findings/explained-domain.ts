import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  type Answer,
  type DnsRecord,
  type LookupResult,
  type Question,
  questionKey,
  type ZoneOfName,
} from '../../../src/core/answers/dns-answer.ts';
import { AT_RECORD, classifyFault, type Fault } from '../../../src/core/answers/failure.ts';
import { checkDomain } from '../../../src/core/check/check.ts';
import { buildEvidence, type Evidence } from '../../../src/core/findings/evidence.ts';
import { type ExplainInput, explainDomain } from '../../../src/core/findings/explain.ts';
import type { Finding, SeenFinding } from '../../../src/core/findings/finding.ts';
import { findPlaces } from '../../../src/core/findings/place.ts';
import { tellEvidence } from '../../../src/core/findings/tell.ts';
import type { Step } from '../../../src/core/judgement/judgement.ts';
import { mapFlags, mapKinds, RECORD_KINDS, type RecordKind } from '../../../src/core/records/record.ts';
import { DEFAULT_LABELS } from '../../../src/core/records/record-input.ts';
import { buildDnsRecords } from '../../../src/core/records/records.ts';
import { BUILT_IN_REGIONS } from '../../../src/core/records/regions.ts';

/** The domain that is explained. */
export const DOMAIN = 'example.com';
/** When it is. */
export const NOW = new Date('2026-01-15T12:00:00.000Z');
const publicKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .publicKey.export({ type: 'spki', format: 'der' })
  .toString('base64');
const [region] = BUILT_IN_REGIONS;
assert.ok(region);
/** Its records, as they are to be published. */
export const records = buildDnsRecords({
  domainName: DOMAIN,
  ownershipToken: '0'.repeat(32),
  selector: 'autosend',
  publicKey,
  region,
  labels: DEFAULT_LABELS,
});
const NAMES = new Map(RECORD_KINDS.map((kind) => [questionKey(records[kind]), kind]));

const source = (n: number) =>
  ({ server: `ns${n}.example.com`, address: `192.0.2.${n}`, via: 'authoritative', rttMs: 1 }) as const;
/** One of its servers says that there is nothing. */
export const absent = (n = 1, reason: 'nodata' | 'nxdomain' = 'nodata'): Answer => ({
  outcome: 'absent',
  reason,
  negativeTtlSeconds: 300,
  source: source(n),
});
/** One of its servers gives no usable answer. */
export const failed = (n: number, fault: Fault = { kind: 'error_code', rcode: 'SERVFAIL' }): Answer => ({
  outcome: 'failed',
  reason: classifyFault(fault),
  ...fault,
  step: AT_RECORD,
  source: source(n),
});
/** Its zone. */
export const zone: ZoneOfName = {
  name: DOMAIN,
  dnssec: 'signed',
  nameservers: [1, 2].map((n) => ({ name: source(n).server, addresses: [source(n).address] })),
};

/** What was seen at one name. */
export type Seen = Pick<LookupResult, 'answers'> & Partial<LookupResult>;

/** One of its servers has these records. */
export const found = (records: readonly DnsRecord[], n = 1): Answer => ({
  outcome: 'found',
  records,
  ttlSeconds: 300,
  source: source(n),
});

/** Texts at one name. */
export const texts = (...all: string[]): Seen => ({
  answers: [found(all.map((text) => ({ type: 'TXT', strings: [text] })))],
});

/** What was explained, as it is kept and as it is told. */
export interface Explained {
  readonly evidence: Evidence;
  /** What is kept of each record, and of the zone. */
  readonly seen: Readonly<Record<RecordKind | 'zone', readonly SeenFinding[]>>;
  readonly byRecord: Readonly<Record<RecordKind, readonly Finding[]>>;
  readonly findings: readonly Finding[];
  /** The questions that were put, by their keys. */
  readonly asked: readonly string[];
}

/**
 * Feeds the rules with what was seen for each record, or at a name by the key of its question (elsewhere there is nothing),
 * and gives back all findings.
 */
export function explain(
  seen: Readonly<Record<string, Seen | undefined>>,
  options: Partial<ExplainInput> = {},
): Explained {
  const lookups = new Map<string, LookupResult>();
  const asked: string[] = [];
  const feed = <T>(rule: () => Step<T>): T => {
    for (let step = rule(); ; step = rule()) {
      if (step.done) return step.value;
      for (const question of step.ask) lookups.set(questionKey(question), answer(question));
    }
  };
  const answer = (question: Question): LookupResult => {
    const key = questionKey(question);
    asked.push(key);
    const shown = seen[key] ?? seen[NAMES.get(key) ?? 'elsewhere'] ?? { answers: [absent()] };
    return { question, aliases: [], zone, ...shown };
  };
  const isUp = mapFlags(() => false);
  const judgement = feed(() => checkDomain({ name: DOMAIN, records, isUp }, lookups));
  const places = findPlaces(DOMAIN, records, lookups);
  const findings = feed(() =>
    explainDomain({
      domain: DOMAIN,
      records,
      places,
      judgement,
      lookups,
      now: NOW,
      mayProbe: true,
      isBeforeVerify: false,
      wasFound: mapKinds(() => false),
      keyOwner: null,
      ...options,
    }),
  );
  const evidence = buildEvidence({
    domain: DOMAIN,
    records,
    judgement,
    lookups,
    places,
    findings,
    previous: null,
    now: NOW,
  });
  // What is told comes from what is stored.
  const told = tellEvidence(JSON.parse(JSON.stringify(evidence)), places, { now: NOW, nextCheckAt: null });
  const byRecord = mapKinds((kind) => told.records.find(({ record }) => record === kind)?.findings ?? []);
  const kept = { ...findings.records, zone: findings.findings };
  return { evidence, seen: kept, byRecord, findings: told.findings, asked };
}
