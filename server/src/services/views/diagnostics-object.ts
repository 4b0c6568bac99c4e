import { describeFailure, nameServer } from '../../core/answers/failure-words.ts';
import type { AnswerEvidence } from '../../core/findings/evidence.ts';
import type { Finding } from '../../core/findings/finding.ts';
import { RECORDS } from '../../core/records/record.ts';
import type { RecordType } from '../../core/records/to-publish.ts';
import type {
  AnswerObject,
  DiagnosticsObject,
  FindingObject,
  NameObject,
  ProviderObject,
} from '../../wire/diagnostics.ts';
import type { Diagnostics } from '../checks/diagnostics.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf } from '../domain-object/domain-records.ts';
import type { ProviderObservation } from '../sending-providers/provider-observation.ts';

type LinkContext = Pick<Context, 'publicUrl'>;

/** Formats diagnostics; the order of the keys is the documented one. */
export function formatDiagnostics(ctx: LinkContext, diagnostics: Diagnostics): DiagnosticsObject {
  const { checkedAt, nextCheckAt, deadlineAt, zone, provider, keys, sender, domain } = diagnostics;
  const keyType = buildRecordsOf(domain).dkim.type;
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
      ...formatName(ctx, record, record.record === 'dkim' ? keyType : RECORDS[record.record].type),
    })),
    ...(keys.length > 0 && {
      keys: keys.map((key) => ({
        selector: key.selector,
        ...(key.stage && { stage: key.stage }),
        ...formatName(ctx, key, key.type),
      })),
    }),
    ...(sender && { provider: formatSender(sender) }),
    findings: linkFindings(ctx, diagnostics.findings),
  };
}

/** Each with the place where its code is explained. */
function linkFindings({ publicUrl }: LinkContext, findings: readonly Finding[]): FindingObject[] {
  return findings.map(({ evidence, ...finding }) => ({
    ...finding,
    docs: `${publicUrl}/docs/findings#${finding.code}`,
    evidence,
  }));
}

function formatSender(observation: ProviderObservation): ProviderObject {
  const { name, title, region, state, seen, checkedAt, explanation } = observation;
  return {
    name,
    title,
    region,
    state,
    dkimStatus: seen?.dkim.status ?? null,
    mailFromStatus: seen?.mailFrom.status ?? null,
    verifiedForSending: seen?.isVerifiedForSending ?? null,
    checkedAt: checkedAt?.toISOString() ?? null,
    ...(explanation !== null && { explanation }),
  };
}

function formatName(
  ctx: LinkContext,
  seen: Omit<Diagnostics['records'][number], 'record'>,
  type: RecordType,
): NameObject {
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
    findings: linkFindings(ctx, seen.findings),
  };
}

/** Formats diagnostics for somebody outside the project, for whom they must have been read: without what is between the service and its provider. */
export function formatSharedDiagnostics(ctx: LinkContext, diagnostics: Diagnostics): DiagnosticsObject {
  return formatDiagnostics(ctx, { ...diagnostics, sender: null });
}

/** A resolver is told by its role: its address is nobody's business but the operator's. */
function nameSource({ server, address, via }: AnswerEvidence): { server: string; address: string } {
  return { server: nameServer({ server, via }), address: via === 'recursive' ? '' : address };
}

function formatAnswer(answer: AnswerEvidence, found: readonly string[]): AnswerObject {
  const { via, outcome, failure, ttlSeconds, rttMs } = answer;
  return {
    ...nameSource(answer),
    via,
    outcome,
    ...(failure && { detail: describeFailure(failure) }),
    ttl: ttlSeconds,
    rttMs,
    found: answer.found.flatMap((index) => found[index] ?? []),
  };
}
