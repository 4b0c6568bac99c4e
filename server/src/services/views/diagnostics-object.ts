import type { DnssecStatus } from '../../core/answers/dns-answer.ts';
import type { AnswerEvidence } from '../../core/findings/evidence.ts';
import type { Finding } from '../../core/findings/finding.ts';
import type { RecordKind, RecordStatus } from '../../core/judgement/judgement.ts';
import type { KeyStage } from '../../core/records/dkim-key.ts';
import type { IdentityState } from '../../core/ses/explain.ts';
import type { SesStatus } from '../../core/ses/identity.ts';
import type { Diagnostics } from '../checks/diagnostics.ts';
import type { ProviderObservation } from '../sending-providers/provider-observation.ts';

/** What one server said, as clients see it. */
interface AnswerObject {
  server: string;
  address: string;
  via: AnswerEvidence['via'];
  outcome: AnswerEvidence['outcome'];
  detail?: string;
  ttl: number | null;
  rttMs: number;
  found: string[];
}

/** What was seen at the name of a record, as clients see it. */
interface NameObject {
  status: RecordStatus;
  name: string;
  host: string;
  zone: string | null;
  type: 'TXT' | 'MX';
  expected: string;
  found: string[];
  aliases: string[];
  answers: AnswerObject[];
  visibleToResolversBy?: string;
  findings: Finding[];
}

type RecordObject = { record: RecordKind } & NameObject;
type KeyDiagnosticsObject = { selector: string; stage: KeyStage } & NameObject;

/** What the sending provider last said of the domain, as clients see it. */
interface SenderObject {
  name: 'ses';
  region: string;
  state: IdentityState;
  dkimStatus: SesStatus | null;
  mailFromStatus: SesStatus | null;
  verifiedForSending: boolean | null;
  checkedAt: string | null;
  explanation?: string;
}

/** Diagnostics as clients see them (`verification.md` §5): the API and the command line show the same. */
export interface DiagnosticsObject {
  checkedAt: string | null;
  nextCheckAt: string | null;
  deadlineAt?: string;
  zone: {
    name: string;
    nameservers: { name: string; addresses: string[]; answered: boolean }[];
    provider?: { name: string; helpUrl: string | null; hostNote: string | null };
    dnssec: DnssecStatus;
  } | null;
  records: RecordObject[];
  /** The records of further DKIM keys; left out where there are none. */
  keys?: KeyDiagnosticsObject[];
  /** Left out where the domain's region has no sending provider. */
  provider?: SenderObject;
  findings: Finding[];
}

/** Formats diagnostics; the order of the keys is the documented one. */
export function formatDiagnostics(diagnostics: Diagnostics): DiagnosticsObject {
  const { checkedAt, nextCheckAt, deadlineAt, zone, provider, keys, sender } = diagnostics;
  return {
    checkedAt: checkedAt?.toISOString() ?? null,
    nextCheckAt: nextCheckAt?.toISOString() ?? null,
    ...(deadlineAt && { deadlineAt: deadlineAt.toISOString() }),
    zone: zone && {
      name: zone.name,
      nameservers: zone.nameservers.map(({ name, addresses, answered }) => ({
        name,
        addresses: [...addresses],
        answered,
      })),
      ...(provider && {
        provider: { name: provider.name, helpUrl: provider.helpUrl, hostNote: provider.hostNote },
      }),
      dnssec: zone.dnssec,
    },
    records: diagnostics.records.map((record) => ({
      record: record.record,
      ...formatName(record, record.record === 'mail_from_mx' ? 'MX' : 'TXT'),
    })),
    ...(keys.length > 0 && {
      keys: keys.map((key) => ({ selector: key.selector, stage: key.stage, ...formatName(key, 'TXT') })),
    }),
    ...(sender && { provider: formatSender(sender) }),
    findings: diagnostics.findings.map(formatFinding),
  };
}

function formatSender({ region, state, seen, checkedAt, explanation }: ProviderObservation): SenderObject {
  return {
    name: 'ses',
    region,
    state,
    dkimStatus: seen?.dkim.status ?? null,
    mailFromStatus: seen?.mailFrom.status ?? null,
    verifiedForSending: seen?.isVerifiedForSending ?? null,
    checkedAt: checkedAt?.toISOString() ?? null,
    ...(explanation !== null && { explanation }),
  };
}

function formatName(seen: Omit<Diagnostics['records'][number], 'record'>, type: 'TXT' | 'MX'): NameObject {
  return {
    status: seen.status,
    name: seen.name,
    host: seen.host,
    zone: seen.zone,
    type,
    expected: seen.expected,
    found: [...seen.found],
    aliases: [...seen.aliases],
    answers: seen.answers.map((answer) => formatAnswer(answer, seen.found)),
    ...(seen.visibleToResolversBy !== undefined && { visibleToResolversBy: seen.visibleToResolversBy }),
    findings: seen.findings.map(formatFinding),
  };
}

/** Formats diagnostics for somebody outside the project: without the names of its other domains, and without what is between the service and its provider. */
export function formatSharedDiagnostics(diagnostics: Diagnostics): DiagnosticsObject {
  const object = formatDiagnostics({ ...diagnostics, sender: null });
  const records = object.records.map((record) => ({
    ...record,
    findings: record.findings.map((finding) =>
      finding.code === 'key_of_other_domain'
        ? {
            ...finding,
            detail: `At \`${record.name}\` there is the key of another domain. Each domain has a key of its own.`,
          }
        : finding,
    ),
  }));
  return { ...object, records };
}

/** The database keeps the keys of JSON in an order of its own. */
function formatFinding({ code, severity, title, detail, fix, suggestion, evidence }: Finding): Finding {
  return {
    code,
    severity,
    title,
    detail,
    fix,
    ...(suggestion !== undefined && { suggestion }),
    evidence: evidence.map(({ name, type, value, server }) => ({ name, type, value, server })),
  };
}

function formatAnswer(answer: AnswerEvidence, found: readonly string[]): AnswerObject {
  const { server, address, via, outcome, detail, ttlSeconds, rttMs } = answer;
  return {
    server,
    address,
    via,
    outcome,
    ...(detail !== undefined && { detail }),
    ttl: ttlSeconds,
    rttMs,
    found: answer.found.flatMap((index) => found[index] ?? []),
  };
}
