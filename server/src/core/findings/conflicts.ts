import { recordsOfType } from '../answers/dns-answer.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import { isSameText } from '../answers/same-text.ts';
import { isDmarcRecord, parseDmarcRecord } from '../dmarc/record.ts';
import type { FindingFacts, Observation } from '../judgement/observation.ts';
import { NULL_MX, readMailServer } from '../mail-from/own-host.ts';
import { findAskedType } from '../records/to-publish.ts';
import { isSpfRecord } from '../spf/record.ts';
import type { FindingSeverity } from './catalogue.ts';
import { listEvidence } from './finding.ts';
import { leadsToTarget } from './key-cname.ts';
import { isCopyOfOurKey, namesOurTarget } from './likeness.ts';
import { findAsAlias } from './other-types.ts';
import type { Probe } from './probe.ts';
import { type Explanation, findAlias, listAliasEvidence, listTexts, listUsable, type RecordView } from './view.ts';
import { findWildcard } from './wildcard.ts';

/** A conflict; `info` where nothing has to be done about it but to leave one of our records out. */
export type Conflict = Explanation<'conflict_before_publishing' | 'wildcard_answer'> & {
  readonly severity: FindingSeverity;
};

/**
 * Checks, before anything was published, for what our record would collide with. Only one thing can stand beside a CNAME:
 * nothing; and of SPF, DMARC and DKIM records, and of mail servers of a MAIL FROM domain, there may be one. Where our own
 * record is there, or what became of it, that is no conflict: the finding that is told after `verify` says more.
 */
export function findConflict(view: RecordView, probe: Probe): Conflict | null {
  const { place, judgement, result } = view;
  if (findAsAlias(view) || leadsToTarget(view)) return null;
  const code = 'conflict_before_publishing';
  const isSettled = judgement.status === 'verified' || judgement.status === 'unknown';
  const wildcard = isSettled ? null : findWildcard(view, probe);
  if (wildcard) return { ...wildcard, facts: { isBeforePublishing: true }, severity: 'info' };
  const alias = findAlias(view);
  if (alias !== null && !isSettled)
    return { code, facts: { what: 'cname', target: alias }, severity: 'warning', evidence: listAliasEvidence(view) };
  const facts = findCollision(view);
  if (!facts) return null;
  const evidence = listEvidence({ name: place.name, type: findAskedType(place.type) }, listUsable(result));
  return { code, facts, severity: facts.what === 'dmarc' ? 'info' : 'warning', evidence };
}

function findCollision(view: RecordView): FindingFacts['conflict_before_publishing'] | null {
  const { place, judgement, result } = view;
  const texts = listTexts(result);
  const isOther = judgement.status === 'mismatched' || judgement.status === 'conflicting';
  switch (place.kind) {
    case 'ownership':
      // Any number of TXT records may stand beside it.
      return null;
    case 'dkim':
      return isOther ? findStrangersKey(view, texts) : null;
    case 'mail_from_mx': {
      if (!isOther || judgement.observations.some(isOurMx)) return null;
      const records = listUsable(result).flatMap((each) => recordsOfType(each, 'MX') ?? []);
      return describeServers(new Set(records.map(({ exchange }) => readMailServer(exchange))));
    }
    case 'mail_from_spf': {
      const [spf, second] = texts.filter(isSpfRecord);
      if (spf === undefined || second !== undefined || !isOther) return null;
      if (namesOurTarget(place, spf)) return null;
      // Without a record to offer, the finding says what is wrong with the one that is there.
      const [offered] = judgement.observations.flatMap(({ facts }) =>
        'suggestion' in facts && facts.suggestion !== undefined
          ? [{ suggestion: facts.suggestion, ...(facts.leftOut && { leftOut: facts.leftOut }) }]
          : [],
      );
      return offered === undefined ? null : { what: 'spf', found: excerptOf(spf), ...offered };
    }
    case 'dmarc': {
      const [policy, second] = texts.filter(isDmarcRecord);
      if (policy === undefined || second !== undefined || judgement.status !== 'verified') return null;
      const parsed = parseDmarcRecord(policy);
      // What we asked for is there already; and a policy with a fault is told by that.
      if (isSameText(policy, place.value) || !parsed.ok || parsed.record.fault !== null) return null;
      return { what: 'dmarc', found: excerptOf(policy), isStricter: parsed.record.policy !== 'none' };
    }
  }
}

/** The one TXT record of somebody else at the selector. Of several it is told which have to go. */
function findStrangersKey({ place, judgement }: RecordView, texts: readonly string[]) {
  const [text = '', second] = texts;
  // By a CNAME nothing may stand beside it, whosever it is.
  if (place.type === 'CNAME') return text === '' ? null : ({ what: 'key', found: excerptOf(text) } as const);
  if (second !== undefined || isCopyOfOurKey(place, text) || !judgement.observations.some(isOfStranger)) return null;
  return { what: 'key', found: excerptOf(text) } as const;
}

function isOfStranger({ code, facts }: Observation): boolean {
  if (code === 'dkim_weak_key' || code === 'dkim_revoked') return true;
  if (code !== 'value_mismatch') return false;
  const { what } = facts;
  return (
    what === 'key' || what === 'no_key_record' || what === 'unreadable_key' || (what === 'key_type' && !facts.isOurKey)
  );
}

/** A null MX (RFC 7505) is no mail server: it says that there is none. */
function describeServers(servers: ReadonlySet<string>): FindingFacts['conflict_before_publishing'] {
  const others = [...servers].filter((server) => server !== NULL_MX);
  if (!servers.has(NULL_MX)) return { what: 'mail_server', found: excerptsOf(others) };
  return { what: 'null_mx', ...(others.length > 0 && { others: excerptsOf(others) }) };
}

/** Whether our mail server is among them, or what became of its name: then the right one must not be deleted with the others. */
function isOurMx({ code, facts }: Observation): boolean {
  if (code === 'mx_extra' || code === 'mx_target_has_zone_appended') return true;
  if (code === 'mx_null') return !facts.isAlone;
  return code === 'value_mismatch' && facts.what !== 'mail_server';
}
