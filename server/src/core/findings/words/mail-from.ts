import { type Excerpt, type Excerpts, formatExcerpt, formatExcerpts } from '../../answers/quote-found.ts';
import type { AtOther, FindingFacts, Suggestion } from '../../judgement/observation.ts';
import {
  code,
  copyValue,
  deleteAndAdd,
  END_WITH_DOT,
  nameMxRecords,
  nameOtherMxRecords,
  replaceMailServer,
  sayBeside,
  sayLeftOut,
} from './phrases.ts';
import { wordSpfLimit, wordSpfProblem } from './problems.ts';
import type { Said, WordedPlace, Words } from './wording.ts';

type MxCode = 'mx_extra' | 'mx_null' | 'mx_target_has_zone_appended' | 'mx_priority_differs';
type SpfCode =
  | 'spf_multiple'
  | 'spf_syntax'
  | 'spf_too_many_lookups'
  | 'spf_mechanism_missing'
  | 'spf_mechanism_after_all'
  | 'spf_mechanism_not_reached'
  | 'spf_allows_everyone';

/** Words for the MX record of the MAIL FROM domain. */
export const MX_WORDS: Words<MxCode> = {
  mx_extra: { title: 'There is another MX record', say: (facts, { place }) => sayExtra(facts, place) },
  mx_null: {
    title: 'This name is set to refuse all mail (null MX)',
    say: ({ isAlone, count = 1, others }, { place }) => {
      const dots = `the MX ${count === 1 ? 'record' : 'records'} at ${code(place.host)} that ${count === 1 ? 'is' : 'are'} a single dot`;
      const what = others === undefined ? dots : `${dots}, and ${nameOtherMxRecords(others, place)}`;
      return {
        detail: `A null MX record (a single dot) at ${code(place.name)} says that this name accepts no mail, so bounces can’t be delivered.${sayBeside(others)}`,
        ...(isAlone ? deleteAndAdd(what, place) : { fix: `Delete ${what}.` }),
      };
    },
  },
  mx_target_has_zone_appended: {
    title: 'Your domain was appended to the mail server',
    say: (facts, { place }) => {
      const { fix, copy } = replaceMailServer(facts, place);
      return {
        detail: `The MX record at ${code(place.name)} points to ${formatExcerpt(facts.found)} instead of ${code(place.value)}.${sayBeside(facts.others)}`,
        fix: `${fix}${END_WITH_DOT}`,
        copy,
      };
    },
  },
  mx_priority_differs: {
    title: 'Different priority',
    say: ({ priority }, { place }) => ({
      detail: `The MX record at ${code(place.name)} has priority ${priority} instead of ${place.priority}. With a single MX record this makes no difference.`,
      fix: null,
    }),
  },
};

/** Words for the SPF record of the MAIL FROM domain. */
export const SPF_WORDS: Words<SpfCode> = {
  spf_multiple: {
    title: 'There is more than one SPF record',
    say: ({ found, ...offered }, { place }) => ({
      detail: `There are ${found.count} SPF records at ${code(place.name)}, so receivers ignore all of them (RFC 7208 §4.5): ${formatExcerpts(found)}.`,
      ...(offered.suggestion === undefined
        ? {
            fix: `Keep one of the SPF records at ${code(place.host)}, move what you need from the others into it, and delete the others.`,
          }
        : suggest(`Replace all SPF records at ${code(place.host)} with this one`, offered.suggestion, offered.leftOut)),
    }),
  },
  spf_syntax: {
    title: 'The SPF record can’t be read',
    say: ({ problem, ...offered }, { place }) => ({
      detail: `Receivers can’t use the SPF record at ${code(place.name)} because ${wordSpfProblem(problem)}.`,
      ...replaceSpf(place, offered),
    }),
  },
  spf_too_many_lookups: {
    title: 'The SPF record needs too many DNS lookups',
    say: (facts, { place }) => ({
      detail: wordSpfLimit(facts, code(place.name)),
      ...(facts.suggestion === undefined
        ? {
            fix: `${sayWhatToRemove(facts)} Mail that we send needs only ${code(place.value)}.`,
            copy: { label: 'Copy SPF record', value: place.value },
          }
        : replaceSpf(place, facts)),
    }),
  },
  spf_mechanism_missing: {
    title: 'The SPF record doesn’t allow our servers',
    say: ({ mechanism, qualifier, mistyped, found, ...offered }, { place }) => ({
      detail: `${sayMissing(code(place.name), mechanism, qualifier, mistyped)} We found ${formatExcerpt(found)}.`,
      ...addMechanism(place, mechanism, offered),
    }),
  },
  spf_mechanism_after_all: {
    title: 'The SPF record ends too early',
    say: ({ mechanism, found, ...offered }, { place }) => ({
      detail: `${sayWhere(place, offered.at)} ${code(mechanism)} comes after \`all\` and is never reached (RFC 7208 §5.1). We found ${formatExcerpt(found)}.`,
      ...addMechanism(place, mechanism, offered),
    }),
  },
  spf_mechanism_not_reached: {
    title: 'Our servers are turned away first',
    say: ({ mechanism, term, found, ...offered }, { place }) => ({
      detail: `${sayWhere(place, offered.at)} ${formatExcerpt(term)} comes before ${code(mechanism)} and matches so many addresses that mail from our servers may never get that far. We found ${formatExcerpt(found)}.`,
      ...addMechanism(place, mechanism, offered),
    }),
  },
  spf_allows_everyone: {
    title: 'The SPF record allows everyone',
    say: ({ found, ...offered }, { place }) => ({
      detail: `The SPF record at ${code(place.name)} lets anyone send mail as this domain. We found ${formatExcerpt(found)}.`,
      ...replaceSpf(place, offered),
    }),
  },
};

function sayMissing(name: string, mechanism: string, qualifier?: string, mistyped?: string): string {
  if (mistyped !== undefined)
    return `The SPF record at ${name} contains ${code(mistyped)}: the "=" should be ":", as in ${code(mechanism)}.`;
  return qualifier === undefined
    ? `The SPF record at ${name} doesn’t contain ${code(mechanism)}.`
    : `The SPF record at ${name} contains ${code(mechanism)}, but with "${qualifier}", which isn’t a pass.`;
}

function sayExtra(facts: FindingFacts['mx_extra'], place: WordedPlace): Said {
  const ours = code(place.value);
  const copy = copyValue(place);
  if (facts.what === 'repeated')
    return {
      detail: `${ours} is published ${facts.count} times at ${code(place.name)}, with priorities ${facts.priorities.join(', ')}.`,
      fix: `Keep one MX record at ${code(place.host)} with priority ${place.priority} and delete the ${facts.count === 2 ? 'other' : 'others'}.`,
      copy,
    };
  const isOne = facts.found.count === 1;
  const others = formatExcerpts(facts.found);
  return {
    detail: `Besides ${ours}, ${code(place.name)} has ${isOne ? 'another MX record' : 'other MX records'}: ${others}.`,
    fix: `Delete ${nameMxRecords(facts.found, place)}, and keep the one for ${ours}.`,
    copy,
  };
}

/** Names the record that holds our mechanism: the one at the place, or one that it leads to. */
function sayWhere(place: WordedPlace, at: Excerpt | undefined): string {
  return at === undefined
    ? `In the SPF record at ${code(place.name)},`
    : `In the SPF record at ${formatExcerpt(at)}, which the one at ${code(place.name)} leads to,`;
}

function sayWhatToRemove(facts: FindingFacts['spf_too_many_lookups']): string {
  const { removable } = facts;
  if (removable === undefined || removable.count === 0)
    return facts.what === 'lookups'
      ? `Remove the terms you no longer need from the record of ${formatExcerpt(facts.domain)}.`
      : 'Remove the terms you no longer need.';
  if (facts.what !== 'lookups') return `Remove ${formatExcerpts(removable)}.`;
  return removable.count === 1
    ? `Remove ${formatExcerpts(removable)} if you no longer need it.`
    : `These terms cause lookups: ${formatExcerpts(removable)}. Remove the ones you no longer need.`;
}

function replaceSpf(place: WordedPlace, { suggestion, leftOut, at }: Suggestion & AtOther): Omit<Said, 'detail'> {
  if (suggestion === undefined)
    return {
      fix: `Correct the SPF record at ${code(place.host)}. Mail that we send needs only ${code(place.value)}.`,
      copy: { label: 'Copy SPF record', value: place.value },
    };
  // Where two records were named, it is told which of them.
  const which = at === undefined ? 'the SPF record' : `the SPF record at ${code(place.host)}`;
  return suggest(`Replace ${which} with this one`, suggestion, leftOut);
}

/** Where there is no record to offer, ours is put first into theirs: then whatever follows does no harm. */
function addMechanism(place: WordedPlace, mechanism: string, offered: Suggestion & AtOther): Omit<Said, 'detail'> {
  if (offered.suggestion !== undefined) return replaceSpf(place, offered);
  return {
    fix: `In the SPF record at ${code(place.host)}, put ${code(mechanism)} right after \`v=spf1\`, and keep the rest.`,
    copy: { label: 'Copy mechanism', value: mechanism },
  };
}

function suggest(what: string, suggestion: string, leftOut: Excerpts | undefined): Omit<Said, 'detail'> {
  return {
    fix: `${what}: ${code(suggestion)}.${sayLeftOut(leftOut)}`,
    copy: { label: 'Copy SPF record', value: suggestion },
    suggestion,
  };
}
