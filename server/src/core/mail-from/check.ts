/*
 * The MX record of the return path (MAIL FROM): `checkMailFromMx` judges the record set of one server, `compareMx`
 * gives sets a stable order, so that servers with the same records lead to the same words. The SPF record at the
 * same name is judged in `spf/`, and the two make one flag (`records/record.ts`).
 */

import type { MxRecord } from '../answers/dns-answer.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { Judgement } from '../judgement/judgement.ts';
import type { Observation } from '../judgement/observation.ts';

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
  if (mx.length === 0) return { status: 'missing', observations: [{ code: 'record_missing', facts: {} }] };
  const host = normalizeHost(expected.exchange);
  const ours = mx.filter(({ exchange }) => normalizeHost(exchange) === host);
  const nulls = mx.filter(({ exchange }) => normalizeHost(exchange) === '');
  const others = mx.filter((record) => !ours.includes(record) && !nulls.includes(record));
  const observations: Observation[] = [];
  const [only] = ours;
  if (nulls.length > 0) observations.push({ code: 'mx_null', facts: { isAlone: only === undefined } });

  if (only === undefined) {
    if (others.length > 0) observations.push(observeOthers(host, others));
    return { status: 'mismatched', observations };
  }
  if (mx.length > 1) {
    if (others.length > 0)
      observations.push({ code: 'mx_extra', facts: { what: 'others', found: excerptsOf(others.map(hostOf)) } });
    if (ours.length > 1)
      observations.push({
        code: 'mx_extra',
        facts: {
          what: 'repeated',
          count: ours.length,
          priorities: ours.slice(0, MAX_PRIORITIES).map(({ preference }) => preference),
        },
      });
    return { status: 'conflicting', observations };
  }
  if (only.preference !== expected.preference)
    observations.push({ code: 'mx_priority_differs', facts: { priority: only.preference } });
  return { status: 'verified', observations };
}

const MAX_PRIORITIES = 5;

function observeOthers(host: string, others: readonly MxRecord[]): Observation {
  // A panel that takes the priority in a field of its own made "10 host" one name, with a blank in it.
  const prefixed = others.find(({ exchange }) => normalizeHost(readBlanks(exchange)).replace(/^\d+ +/, '') === host);
  if (prefixed)
    return {
      code: 'value_mismatch',
      facts: { what: 'priority_in_host', found: excerptOf(readBlanks(prefixed.exchange)) },
    };
  const appended = others.find(({ exchange }) => normalizeHost(exchange).startsWith(`${host}.`));
  return appended
    ? { code: 'mx_target_has_zone_appended', facts: { found: excerptOf(appended.exchange) } }
    : { code: 'value_mismatch', facts: { what: 'mail_server', found: excerptsOf(others.map(hostOf)) } };
}

function hostOf({ exchange }: MxRecord): string {
  return readBlanks(exchange);
}

/** A blank in a name is `\032` in presentation format (RFC 1035 §5.1), which nobody typed. */
function readBlanks(exchange: string): string {
  return exchange.replaceAll('\\032', ' ');
}

function normalizeHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
