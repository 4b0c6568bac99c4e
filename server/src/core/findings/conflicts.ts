import { recordsOfType } from '../answers/dns-answer.ts';
import { quoteAllFound, quoteFound } from '../answers/quote-found.ts';
import { isDmarcRecord, parseDmarcRecord } from '../dmarc/record.ts';
import { isSpfRecord } from '../spf/record.ts';
import type { FindingSeverity } from './catalogue.ts';
import { listEvidence } from './finding.ts';
import type { Probe } from './probe.ts';
import { type Explanation, findAlias, listAliasEvidence, listTexts, listUsable, type RecordView } from './view.ts';
import { findWildcard } from './wildcard.ts';

/** A conflict; `info` where nothing has to be done about it but to leave one of our records out. */
export interface Conflict extends Explanation {
  readonly severity: FindingSeverity;
  /** In place of the usual instruction. */
  readonly fix?: string;
}

/**
 * Checks, before anything was published, for what our record would collide with. Only one thing can stand beside a CNAME:
 * nothing; and of SPF, DMARC and DKIM records, and of mail servers of a MAIL FROM domain, there may be one.
 */
export function findConflict(view: RecordView, probe: Probe): Conflict | null {
  const { place, judgement, result } = view;
  const isSettled = judgement.status === 'verified' || judgement.status === 'unknown';
  const wildcard = isSettled ? null : findWildcard(view, probe);
  if (wildcard) {
    const fix = 'Nothing has to be done about it: a record of its own comes before the wildcard. Add ours.';
    return { ...wildcard, severity: 'info', fix };
  }
  const alias = findAlias(view);
  if (alias !== null && !isSettled)
    return {
      code: 'conflict_before_publishing',
      severity: 'warning',
      text: `\`${place.name}\` is a CNAME to \`${alias}\`. Beside a CNAME no other record can stand, so ours could not be added there.`,
      evidence: listAliasEvidence(view),
    };
  const found = describeCollision(view);
  if (!found) return null;
  const evidence = listEvidence({ name: place.name, type: place.type }, listUsable(result));
  return { code: 'conflict_before_publishing', severity: 'warning', evidence, ...found };
}

type Collision = Pick<Conflict, 'text' | 'suggestion' | 'fix'> & { readonly severity?: FindingSeverity };

function describeCollision(view: RecordView): Collision | null {
  const { place, judgement, result } = view;
  const texts = listTexts(result);
  switch (place.kind) {
    case 'ownership':
      // Any number of TXT records may stand beside it.
      return null;
    case 'dkim':
      return judgement.status === 'mismatched' || judgement.status === 'conflicting'
        ? {
            text: `At \`${place.name}\` there is ${quoteFound(texts[0] ?? '')} already. Only one key may be there.`,
          }
        : null;
    case 'mail_from_mx': {
      if (judgement.status !== 'mismatched' && judgement.status !== 'conflicting') return null;
      const hosts = new Set(
        listUsable(result)
          .flatMap((each) => recordsOfType(each, 'MX') ?? [])
          .map((mx) => mx.exchange),
      );
      return {
        text: `\`${place.name}\` has a mail server already: ${quoteAllFound([...hosts])}. This name is for ours alone: with two, bounces could go to the other.`,
      };
    }
    case 'mail_from_spf': {
      const [spf] = texts.filter(isSpfRecord);
      const merged = judgement.observations.find((each) => each.suggestion !== undefined)?.suggestion;
      if (spf === undefined || merged === undefined) return null;
      return {
        text: `\`${place.name}\` has an SPF record already: ${quoteFound(spf)}. There may be only one.`,
        suggestion: merged,
        fix: `Do not add a second one. Change it to: \`${merged}\`.`,
      };
    }
    case 'dmarc': {
      const [policy] = texts.filter(isDmarcRecord);
      const parsed = policy === undefined ? null : parseDmarcRecord(policy);
      if (policy === undefined || judgement.status !== 'verified' || !parsed?.ok) return null;
      const strict = parsed.record.policy === 'none' ? '' : ', and it is stricter than the one we ask for';
      return {
        severity: 'info',
        text: `Your domain has a DMARC policy already: ${quoteFound(policy)}. It counts${strict}.`,
        fix: 'Leave it as it is, and do not add ours: of two DMARC records receivers take none.',
      };
    }
  }
}
