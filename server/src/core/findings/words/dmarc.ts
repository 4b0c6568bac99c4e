import { type Excerpt, formatExcerpt, formatExcerpts } from '../../answers/quote-found.ts';
import type { DmarcProblem } from '../../judgement/problems.ts';
import { listCharacters } from './characters.ts';
import { addRecord, code, copyValue, listNames } from './phrases.ts';
import { wordDmarcProblem } from './problems.ts';
import type { Said, WordedPlace, Words } from './wording.ts';

type DmarcCode =
  | 'dmarc_invalid'
  | 'dmarc_multiple'
  | 'dmarc_at_parent'
  | 'dmarc_no_reporting'
  | 'dmarc_report_address_invalid'
  | 'dmarc_external_reports_not_authorised';

/** Words for DMARC policies. */
export const DMARC_WORDS: Words<DmarcCode> = {
  dmarc_invalid: {
    title: 'The DMARC record isn’t valid',
    say: ({ parent, problem, isNone, applied, ignored, found }, { place }) => {
      if (ignored !== undefined) return sayIgnored(ignored, place, problem, found);
      if (isNone) return sayTakenAsNone(parent, place, problem, found);
      if (applied !== undefined) return sayDiscarded(place, problem, found, applied);
      const why = `isn’t valid because ${wordDmarcProblem(problem)}. We found ${formatExcerpt(found)}.`;
      return parent === undefined
        ? {
            detail: `The DMARC record at ${code(place.name)} ${why}`,
            fix: `Correct the policy, or replace it with ${code(place.value)}.`,
            copy: copyValue(place),
          }
        : {
            detail: `There is no DMARC record at ${code(place.name)}, and the one at ${code(parent)} ${why}`,
            fix: `Correct the policy at ${code(parent)}, or give the domain its own. ${addRecord(place)}`,
            copy: copyValue(place),
          };
    },
  },
  dmarc_multiple: {
    title: 'There is more than one DMARC record',
    say: (facts, { place }) => {
      const ignored = 'so receivers ignore all of them (RFC 9989 §4.10)';
      if ('found' in facts && facts.applied !== undefined)
        return {
          detail: `There are ${facts.found.count} DMARC records at ${code(place.name)}, ${ignored} and apply the policy at ${code(facts.applied)}: ${formatExcerpts(facts.found)}.`,
          fix: `Keep the one you want receivers to follow and delete the ${facts.found.count === 2 ? 'other' : 'others'}. To follow ${code(facts.applied)}, delete them all.`,
        };
      return 'parent' in facts
        ? {
            detail: `There is no DMARC record at ${code(place.name)}, and more than one at ${code(facts.parent)}, ${ignored}.`,
            fix: `Keep one of the DMARC records at ${code(facts.parent)} and delete the others, or give the domain its own. ${addRecord(place)}`,
            copy: copyValue(place),
          }
        : {
            detail: `There are ${facts.found.count} DMARC records at ${code(place.name)}, ${ignored}: ${formatExcerpts(facts.found)}.`,
            fix: `Keep the one you want receivers to follow and delete the ${facts.found.count === 2 ? 'other' : 'others'}.`,
          };
    },
  },
  dmarc_at_parent: {
    title: 'The parent domain’s policy applies',
    say: ({ parent, found }, { place }) => ({
      detail: `There is no valid DMARC record at ${code(place.name)}, so the policy at ${code(parent)} applies: ${formatExcerpt(found)}.`,
      fix: null,
    }),
  },
  dmarc_no_reporting: {
    title: 'DMARC reports are off',
    say: ({ found }, { place }) => ({
      detail: `The policy at ${code(place.name)} is valid but has no \`rua=\` address, so receivers send no reports: ${formatExcerpt(found)}.`,
      fix: 'To see who sends mail as your domain, add `rua=mailto:` and your address to the policy.',
    }),
  },
  dmarc_report_address_invalid: {
    title: 'DMARC reports won’t be sent',
    say: ({ why, isAlone, characters, found }, { place }) => ({
      detail: `${formatExcerpt(found)} in \`rua=\` at ${code(place.name)} ${characters ? `contains ${listCharacters(characters)}` : WHY_NO_ADDRESS[why]}. Receivers send no reports ${isAlone ? 'at all' : 'to it'}.`,
      fix: 'Write it as `rua=mailto:` and the address, without spaces. Put a comma between two of them, and `mailto:` before each.',
    }),
  },
  dmarc_external_reports_not_authorised: {
    title: 'DMARC reports won’t be sent',
    say: ({ host, name }, { place }) => {
      const suggestion = `${name} TXT "v=DMARC1"`;
      return {
        detail: `The policy at ${code(place.name)} sends reports to an address at ${code(host)}. Receivers only do that if ${code(name)} allows it, and there is no such record.`,
        fix: `Ask whoever runs ${code(host)} to publish ${code(suggestion)}, or remove the address from \`rua=\`.`,
        copy: { label: 'Copy record', value: suggestion },
        suggestion,
      };
    },
  },
};

const WHY_NO_ADDRESS = {
  no_mailto: 'has no `mailto:` in front',
  space: 'has a space in it',
  quoted: 'has a quotation mark around it',
  characters: 'contains characters that don’t belong there',
  semicolon: 'is separated by a semicolon instead of a comma',
  other: 'isn’t an email address that starts with `mailto:`',
} as const;

/** A policy of which receivers take nothing but that there is one (RFC 9989 §4.10.1). */
function sayTakenAsNone(parent: string | undefined, place: WordedPlace, problem: DmarcProblem, found: Excerpt): Said {
  const at = code(parent ?? place.name);
  const missing =
    parent === undefined ? 'Receivers' : `There is no valid DMARC record at ${code(place.name)}, and receivers`;
  return {
    detail: `${missing} treat the policy at ${at} as \`p=none\` because ${wordDmarcProblem(problem)}. We found ${formatExcerpt(found)}.`,
    fix:
      problem.what === 'odd_characters' || problem.what === 'quoted'
        ? enterAgain(at)
        : `Correct the policy at ${at}: \`p=\` must be none, quarantine or reject, and so must \`sp=\` and \`np=\` if you use them.`,
  };
}

/** A policy that receivers apply, but for the tags that they do not see. */
function sayIgnored(tags: readonly string[], { name }: WordedPlace, problem: DmarcProblem, found: Excerpt): Said {
  const list = listNames(tags.map((tag) => `${tag}=`));
  const reports = tags.includes('rua') ? ' and send no reports' : '';
  return {
    title: 'Part of the DMARC record is ignored',
    detail: `Receivers ignore ${list} in the policy at ${code(name)}${reports}, because ${wordDmarcProblem(problem)}. We found ${formatExcerpt(found)}.`,
    fix: enterAgain(code(name)),
  };
}

/** What cannot be seen cannot be told to be removed. */
function enterAgain(at: string): string {
  return `Enter the policy at ${at} again, on one line and without quotation marks or other special characters.`;
}

/** A record that receivers discard for a parent's. */
function sayDiscarded({ name }: WordedPlace, problem: DmarcProblem, found: Excerpt, applied: string): Said {
  return {
    detail: `Receivers ignore the DMARC record at ${code(name)} and apply the policy at ${code(applied)}, because ${wordDmarcProblem(problem)}. We found ${formatExcerpt(found)}.`,
    fix: `Correct the record at ${code(name)}, or delete it to follow ${code(applied)}.`,
  };
}
