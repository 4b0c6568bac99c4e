import { formatExcerpt, formatExcerpts } from '../../answers/quote-found.ts';
import { addRecord, code, copyValue } from './phrases.ts';
import { wordDmarcProblem } from './problems.ts';
import type { Words } from './wording.ts';

type DmarcCode =
  | 'dmarc_invalid'
  | 'dmarc_multiple'
  | 'dmarc_at_parent'
  | 'dmarc_no_reporting'
  | 'dmarc_external_reports_not_authorised';

/** Words for DMARC policies. */
export const DMARC_WORDS: Words<DmarcCode> = {
  dmarc_invalid: {
    title: 'The DMARC record isn’t valid',
    say: ({ parent, problem, found }, { place }) => {
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
      detail: `There is no DMARC record at ${code(place.name)}, so the policy at ${code(parent)} applies: ${formatExcerpt(found)}.`,
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
