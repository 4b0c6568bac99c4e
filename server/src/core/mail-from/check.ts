/*
 * The MX record of the return path (MAIL FROM): `checkMailFromMx` judges the record set of one server, `findOwnHost`
 * recognizes our mail server however it was typed, and `compareMx` gives sets a stable order, so that servers with the
 * same records lead to the same words. The SPF record at the same name is judged in `spf/`, and the two make one flag
 * (`records/record.ts`).
 */

import type { MxRecord } from '../answers/dns-answer.ts';
import { type Excerpts, excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { Judgement } from '../judgement/judgement.ts';
import type { Observation } from '../judgement/observation.ts';
import { findOwnHost, type OwnHost, readMailServer } from './own-host.ts';

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
  const [only] = ours;
  if (only === undefined) return { status: 'mismatched', observations: [observeWithoutOurs(host, mx)] };
  const nulls = mx.filter(isNull);
  const others = mx.filter((record) => !ours.includes(record) && !nulls.includes(record));
  const observations: Observation[] = [];
  if (nulls.length > 0) observations.push({ code: 'mx_null', facts: { isAlone: false, ...countSeveral(nulls) } });
  if (mx.length > 1) {
    if (others.length > 0)
      observations.push({ code: 'mx_extra', facts: { what: 'others', found: excerptServers(others) } });
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

/** Ours is not there, or was mistyped. All that have to go are named with it, since one that stays is one too many. */
function observeWithoutOurs(host: string, mx: readonly MxRecord[]): Observation {
  const mistyped = findMistyped(host, mx);
  if (mistyped) return observeMistyped(mistyped, mx);
  const nulls = mx.filter(isNull);
  if (nulls.length === 0) return { code: 'value_mismatch', facts: { what: 'mail_server', found: excerptServers(mx) } };
  const others = mx.filter((record) => !isNull(record));
  return { code: 'mx_null', facts: { isAlone: true, ...countSeveral(nulls), ...nameOthers(others) } };
}

interface Mistyped extends OwnHost {
  readonly record: MxRecord;
}

function findMistyped(host: string, mx: readonly MxRecord[]): Mistyped | undefined {
  const mistyped = mx.flatMap((record): Mistyped[] => {
    const own = findOwnHost(readMailServer(record.exchange), host);
    return own ? [{ ...own, record }] : [];
  });
  return mistyped.find(({ isPriorityTyped }) => isPriorityTyped) ?? mistyped[0];
}

function observeMistyped({ record, isPriorityTyped, isZoneAppended }: Mistyped, mx: readonly MxRecord[]): Observation {
  const found = excerptOf(readMailServer(record.exchange));
  const facts = { found, ...nameOthers(mx.filter((other) => other !== record)) };
  // A panel that takes the priority in a field of its own made "10 host" one name, with a blank in it.
  if (isPriorityTyped)
    return {
      code: 'value_mismatch',
      facts: { what: 'priority_in_host', ...facts, ...(isZoneAppended && { isZoneAppended }) },
    };
  return isZoneAppended
    ? { code: 'mx_target_has_zone_appended', facts }
    : { code: 'value_mismatch', facts: { what: 'text_around_host', ...facts } };
}

function nameOthers(others: readonly MxRecord[]): { others?: Excerpts } {
  return others.length > 0 ? { others: excerptServers(others) } : {};
}

function countSeveral({ length }: readonly MxRecord[]): { count?: number } {
  return length > 1 ? { count: length } : {};
}

function excerptServers(records: readonly MxRecord[]): Excerpts {
  return excerptsOf(records.map(({ exchange }) => readMailServer(exchange)));
}

function isNull({ exchange }: MxRecord): boolean {
  return normalizeHost(exchange) === '';
}

function normalizeHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
