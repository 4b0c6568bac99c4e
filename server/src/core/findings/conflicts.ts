import { recordsOfType } from '../answers/dns-answer.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import { isDmarcRecord, parseDmarcRecord } from '../dmarc/record.ts';
import type { FindingFacts } from '../judgement/observation.ts';
import { isSpfRecord } from '../spf/record.ts';
import type { FindingSeverity } from './catalogue.ts';
import { listEvidence } from './finding.ts';
import type { Probe } from './probe.ts';
import { type Explanation, findAlias, listAliasEvidence, listTexts, listUsable, type RecordView } from './view.ts';
import { findWildcard } from './wildcard.ts';

/** A conflict; `info` where nothing has to be done about it but to leave one of our records out. */
export type Conflict = Explanation<'conflict_before_publishing' | 'wildcard_answer'> & {
  readonly severity: FindingSeverity;
};

/**
 * Checks, before anything was published, for what our record would collide with. Only one thing can stand beside a CNAME:
 * nothing; and of SPF, DMARC and DKIM records, and of mail servers of a MAIL FROM domain, there may be one.
 */
export function findConflict(view: RecordView, probe: Probe): Conflict | null {
  const { place, judgement, result } = view;
  const code = 'conflict_before_publishing';
  const isSettled = judgement.status === 'verified' || judgement.status === 'unknown';
  const wildcard = isSettled ? null : findWildcard(view, probe);
  if (wildcard) return { ...wildcard, facts: { isBeforePublishing: true }, severity: 'info' };
  const alias = findAlias(view);
  if (alias !== null && !isSettled)
    return { code, facts: { what: 'cname', target: alias }, severity: 'warning', evidence: listAliasEvidence(view) };
  const facts = findCollision(view);
  if (!facts) return null;
  const evidence = listEvidence({ name: place.name, type: place.type }, listUsable(result));
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
      return isOther ? { what: 'key', found: excerptOf(texts[0] ?? '') } : null;
    case 'mail_from_mx': {
      if (!isOther) return null;
      const records = listUsable(result).flatMap((each) => recordsOfType(each, 'MX') ?? []);
      return { what: 'mail_server', found: excerptsOf([...new Set(records.map(({ exchange }) => exchange || '.'))]) };
    }
    case 'mail_from_spf': {
      const [spf] = texts.filter(isSpfRecord);
      if (spf === undefined || !isOther) return null;
      const [suggestion = place.value] = judgement.observations.flatMap(({ facts }) =>
        'suggestion' in facts && facts.suggestion !== undefined ? [facts.suggestion] : [],
      );
      return { what: 'spf', found: excerptOf(spf), suggestion };
    }
    case 'dmarc': {
      const [policy] = texts.filter(isDmarcRecord);
      const parsed = policy === undefined ? null : parseDmarcRecord(policy);
      if (policy === undefined || judgement.status !== 'verified' || !parsed?.ok) return null;
      return { what: 'dmarc', found: excerptOf(policy), isStricter: parsed.record.policy !== 'none' };
    }
  }
}
