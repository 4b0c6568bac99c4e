import type { DomainJudgement } from './check.ts';
import { listQuestions } from './check.ts';
import { type Answer, type DnsRecord, joinTxt, type Lookups, questionKey } from './dns-answer.ts';
import { type Observation, RECORD_KINDS, type RecordKind, type RecordStatus } from './judgement.ts';
import { quoteFound } from './quote-found.ts';
import type { DnsRecords } from './records.ts';

/** What one server said, as it is kept. */
export interface AnswerEvidence {
  readonly server: string;
  readonly address: string;
  readonly via: 'authoritative' | 'recursive';
  readonly outcome: string;
  readonly ttlSeconds: number | null;
  readonly rttMs: number;
  readonly found: readonly string[];
}

/** What was seen of one record. */
export interface RecordEvidence {
  readonly record: RecordKind;
  readonly status: RecordStatus;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly zone: { readonly name: string; readonly nameservers: readonly string[] } | null;
  readonly observations: readonly Observation[];
  readonly answers: readonly AnswerEvidence[];
}

/** The whole of one look, bounded in size whatever DNS sent. */
export interface Evidence {
  readonly records: readonly RecordEvidence[];
}

const MAX_FOUND = 10;

/** Builds what is kept of one look: every server's answer to each of the five questions, clipped. */
export function buildEvidence(records: DnsRecords, judgement: DomainJudgement, lookups: Lookups): Evidence {
  const questions = listQuestions(records);
  return {
    records: RECORD_KINDS.map((kind) => {
      const result = lookups.get(questionKey(questions[kind]));
      return {
        record: kind,
        status: judgement[kind].status,
        name: questions[kind].name,
        aliases: result?.aliases.slice(0, MAX_FOUND) ?? [],
        zone: result?.zone
          ? { name: result.zone.name, nameservers: result.zone.nameservers.map(({ name }) => name) }
          : null,
        observations: judgement[kind].observations.slice(0, 2 * MAX_FOUND),
        answers: (result?.answers ?? []).map(toEvidence),
      };
    }),
  };
}

function toEvidence(answer: Answer): AnswerEvidence {
  const { server, address, via, rttMs } = answer.source;
  const base = { server, address, via, rttMs: Math.round(rttMs) };
  switch (answer.outcome) {
    case 'found':
      return {
        ...base,
        outcome: 'found',
        ttlSeconds: answer.ttlSeconds,
        found: answer.records.slice(0, MAX_FOUND).map((record) => quoteFound(formatRecord(record))),
      };
    case 'absent':
      return { ...base, outcome: answer.reason, ttlSeconds: answer.negativeTtlSeconds, found: [] };
    case 'failed':
      return { ...base, outcome: `${answer.reason}: ${answer.detail}`, ttlSeconds: null, found: [] };
  }
}

function formatRecord(record: DnsRecord): string {
  switch (record.type) {
    case 'TXT':
    case 'SPF':
      return joinTxt(record);
    case 'MX':
      return `${record.preference} ${record.exchange || '.'}`;
    case 'A':
    case 'AAAA':
      return record.address;
    case 'NS':
    case 'CNAME':
      return record.target;
    case 'SOA':
      return `${record.primary} ${record.serial}`;
  }
}
