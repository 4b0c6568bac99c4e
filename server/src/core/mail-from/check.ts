import type { MxRecord } from '../answers/dns-answer.ts';
import { quoteAllFound, quoteFound } from '../answers/quote-found.ts';
import type { Judgement, Observation } from '../judgement/judgement.ts';

/** The MX record that MAIL FROM needs. */
export interface ExpectedMx {
  readonly exchange: string;
  readonly preference: number;
}

/**
 * Judges the MAIL FROM MX record against the MX records of one server. Right when there is exactly one and it is our
 * host: the sending platform refuses a MAIL FROM domain with a second one, since bounces could then go elsewhere.
 * Another priority changes nothing where there is only one record (RFC 5321 §5.1), so it is only noted.
 * @param mx the MX records at the name, aliases followed; an empty exchange is a null MX (RFC 7505)
 */
export function checkMailFromMx(expected: ExpectedMx, mx: readonly MxRecord[]): Judgement {
  if (mx.length === 0)
    return {
      status: 'missing',
      observations: [{ code: 'record_missing', text: 'There is no MX record at this name.' }],
    };
  const host = normalizeHost(expected.exchange);
  const ours = mx.filter(({ exchange }) => normalizeHost(exchange) === host);
  const nulls = mx.filter(({ exchange }) => normalizeHost(exchange) === '');
  const others = mx.filter((record) => !ours.includes(record) && !nulls.includes(record));
  const observations: Observation[] = [];
  if (nulls.length > 0)
    observations.push({
      code: 'mx_null',
      text: 'A null MX record (priority and a single dot) says that this name takes no mail, so bounces cannot be delivered.',
    });

  const [only] = ours;
  if (only === undefined) {
    if (others.length > 0) observations.push(describeOthers(host, others));
    return { status: 'mismatched', observations };
  }
  if (mx.length > 1) {
    if (others.length > 0)
      observations.push({
        code: 'mx_extra',
        text: `Beside \`${host}\` there ${others.length === 1 ? 'is another MX record' : 'are other MX records'}: ${formatRecords(others)}.`,
      });
    if (ours.length > 1)
      observations.push({
        code: 'mx_extra',
        text: `\`${host}\` is there ${ours.length} times, with the priorities ${formatPriorities(ours)}.`,
      });
    return { status: 'conflicting', observations };
  }
  if (only.preference !== expected.preference)
    observations.push({
      code: 'mx_priority_differs',
      text: `The priority is ${only.preference} instead of ${expected.preference}. With one MX record this makes no difference.`,
    });
  return { status: 'verified', observations };
}

function describeOthers(host: string, others: readonly MxRecord[]): Observation {
  const appended = others.find(({ exchange }) => normalizeHost(exchange).startsWith(`${host}.`));
  if (appended)
    return {
      code: 'mx_target_has_zone_appended',
      text: `The MX record names ${quoteFound(appended.exchange)}, where it should name \`${host}\`.`,
    };
  const subject = others.length === 1 ? 'The MX record names' : 'The MX records name';
  return { code: 'value_mismatch', text: `${subject} ${formatRecords(others)} instead of \`${host}\`.` };
}

function formatRecords(records: readonly MxRecord[]): string {
  return quoteAllFound(records.map(({ exchange }) => exchange));
}

function formatPriorities(records: readonly MxRecord[]): string {
  return records
    .slice(0, 5)
    .map(({ preference }) => preference)
    .join(', ');
}

function normalizeHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
