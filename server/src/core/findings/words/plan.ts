import { type Excerpts, formatExcerpt, formatExcerpts } from '../../answers/quote-found.ts';
import type { PlanFacts, PlanReasonCode } from '../../publishing/plan-reason.ts';
import type { PlannedChange } from '../../publishing/planned-change.ts';
import { readStanding } from '../../publishing/standing.ts';
import { code, listNames, withArticle } from './phrases.ts';
import { wordSpfLimit, wordSpfProblem } from './problems.ts';

/** What people read of one record set in a plan. */
export interface SaidOfPlan {
  /** What was found there, and what that means. */
  readonly detail: string;
  /** What they agree to, where their consent is needed: it names what goes. Else what they can do themselves, or null. */
  readonly fix: string | null;
}

type PlanWords = {
  readonly [C in PlanReasonCode]: (facts: PlanFacts[C], row: PlannedChange) => SaidOfPlan;
};

/** Words for everything that a plan has to say; a code without words doesn't compile. */
const PLAN_WORDS: PlanWords = {
  dmarc_applies: ({ at, isWildcard }, { name }) => {
    if (isWildcard) return kept(`A wildcard record gives ${code(name)} a DMARC policy. It stays in force.`);
    const where = at === name ? `${code(name)} has a DMARC policy.` : `The DMARC policy at ${code(at)} applies.`;
    return kept(`${where} It stays in force.`);
  },
  right_behind_cname: ({ target }, { name }) =>
    kept(`${code(name)} is a CNAME to ${code(target)}, which has the record.`),
  spf_added: ({ mechanism, found }, { name }) =>
    kept(
      `The SPF record at ${code(name)} is ${formatExcerpt(found)}. We add ${code(mechanism)} and leave the rest as it is.`,
    ),
  text_beside: ({ found }, { name }) =>
    kept(
      `${code(name)} has ${others(found, 'text')} for another purpose: ${formatExcerpts(found)}. We leave ${itOrThem(found)} as ${found.count === 1 ? 'it is' : 'they are'}.`,
    ),
  foreign_text: ({ what, found }, { name }) =>
    what === 'key'
      ? agree(
          `We didn’t write what is at ${code(name)}: ${formatExcerpts(found)}. Receivers accept only one DKIM record there (RFC 6376 §3.6.2.2).`,
          `Delete ${the(found, 'record')} at ${code(name)}, and publish our key.`,
        )
      : agree(
          `We didn’t write what is at ${code(name)}: ${formatExcerpts(found)}. Another service or project may need it.`,
          `Leave ${the(found, 'record')} at ${code(name)}, and add ours beside ${itOrThem(found)}.`,
        ),
  changed_since: ({ what, found, was }, { name }) => ({
    detail: `Somebody changed the record that we wrote at ${code(name)}. It was ${formatExcerpts(was)}, and is now ${formatExcerpts(found)}.`,
    fix:
      what === 'key'
        ? `Replace ${the(found, 'record')} at ${code(name)} with ours.`
        : `Leave ${the(found, 'record')} at ${code(name)}, and add ours again.`,
  }),
  foreign_mx: ({ found, isOursThere }, { name, after }) => {
    const ours = code(nameMailServer(after));
    const one = found.count === 1;
    if (found.count === 0)
      return agree(
        `${ours} is published more than once at ${code(name)}.`,
        `Keep one MX record for ${ours} at ${code(name)}, and delete the others.`,
      );
    return agree(
      `${code(name)} has ${one ? 'another mail server' : 'other mail servers'}: ${formatExcerpts(found)}. Bounces must go to ${ours} only.`,
      `Delete the MX ${one ? 'record' : 'records'} ${formatExcerpts(found)} at ${code(name)}, and ${isOursThere ? 'keep' : 'add'} the one for ${ours}.`,
    );
  },
  cname_in_the_way: ({ target }, { name }) =>
    agree(
      `${code(name)} is a CNAME to ${code(target)}, which doesn’t have our records. A name with a CNAME can’t have any other record.`,
      `Delete the CNAME record ${code(name)} to ${code(target)}, and publish ours.`,
    ),
  cname_unanswered: ({ target }, { name }) => ({
    detail: `${code(name)} is a CNAME to ${code(target)}, whose name servers didn’t answer. We can’t tell whether our records are there, so we change nothing.`,
    fix: 'Try again later. If you don’t need the CNAME record any more, delete it.',
  }),
  other_cname: ({ target, wanted }, { name }) =>
    agree(
      `${code(name)} is a CNAME to ${code(target)} instead of ${code(wanted)}.`,
      `Change the CNAME record ${code(name)} from ${code(target)} to ${code(wanted)}.`,
    ),
  records_in_the_way: ({ found }, { name }) =>
    agree(
      `We didn’t write what is at ${code(name)}: ${formatExcerpts(found)}. A name with a CNAME can’t have any other record.`,
      `Delete ${the(found, 'record')} at ${code(name)}, and publish our CNAME.`,
    ),
  spf_several: ({ found, isMerged }, { name, after }) =>
    agree(
      `There are ${found.count} SPF records at ${code(name)}, so receivers ignore all of them (RFC 7208 §4.5): ${formatExcerpts(found)}.`,
      `${isMerged ? 'Merge' : 'Replace'} the SPF records at ${code(name)} ${isMerged ? 'into' : 'with'} this one: ${code(nameSpf(after))}.`,
    ),
  spf_unusable: ({ found, why, isMended }, { name, after }) =>
    agree(
      `The SPF record at ${code(name)} is ${formatExcerpt(found)}. ${sayWhy(why, name)}`,
      `Replace the SPF record at ${code(name)} with ${isMended ? 'this one' : 'ours'}: ${code(nameSpf(after))}.`,
    ),
  dmarc_invalid: ({ found }, { name, after }) =>
    agree(
      `Receivers can’t use the DMARC record at ${code(name)}: ${formatExcerpt(found)}.`,
      `Replace the DMARC record at ${code(name)} with ${code(after?.rdata.map((rdata) => readStanding('TXT', rdata)).at(-1) ?? '')}.`,
    ),
  dmarc_several: ({ found }, { name }) => ({
    detail: `There are ${found.count} DMARC records at ${code(name)}, so receivers ignore all of them: ${formatExcerpts(found)}.`,
    fix: `Keep the policy you want at ${code(name)} and delete the others.`,
  }),
  dmarc_unanswered: ({ names }, { name }) => ({
    detail: `We couldn’t query ${listNames(names)}. If there is a policy, ours at ${code(name)} would take its place, so we add none.`,
    fix: 'Try again later.',
  }),
  other_zone: ({ zone, holder }, { name }) => ({
    detail:
      holder === null
        ? `${code(name)} isn’t in the zone ${code(zone)}.`
        : `${code(name)} is in the zone ${code(holder)}, not in ${code(zone)}.`,
    fix:
      holder === null ? 'Publish this record yourself.' : `Publish this record in the zone ${code(holder)} yourself.`,
  }),
  text_too_long: ({ length, limit }, { name, type }) => ({
    detail: `${capital(withArticle(type))} record at ${code(name)} would have ${length} characters. This DNS provider accepts ${limit}.`,
    fix: 'Use another DNS provider for this zone, or a shorter record.',
  }),
};

/** Says in English what there is to say of a record set in a plan; null where there is nothing. */
export function sayOfPlan(row: PlannedChange): SaidOfPlan | null {
  return row.reason && say(row.reason.code, row.reason.facts, row);
}

function say<C extends PlanReasonCode>(reason: C, facts: PlanFacts[C], row: PlannedChange): SaidOfPlan {
  return PLAN_WORDS[reason](facts, row);
}

function sayWhy(why: PlanFacts['spf_unusable']['why'], name: string): string {
  if (why?.code === 'spf_too_many_lookups')
    return `With our mechanism in it, receivers would give up. ${wordSpfLimit(why.facts, code(name))}`;
  if (why?.code === 'spf_allows_everyone') return 'It lets anyone send mail as this domain.';
  if (why?.code === 'spf_syntax') return `Receivers can’t use it because ${wordSpfProblem(why.facts.problem)}.`;
  return 'Our mechanism can’t take effect in it.';
}

function kept(detail: string): SaidOfPlan {
  return { detail, fix: null };
}

function agree(detail: string, fix: string): SaidOfPlan {
  return { detail, fix };
}

function the(found: Excerpts, what: string): string {
  return found.count === 1 ? `the ${what} ${formatExcerpts(found)}` : `the ${found.count} ${what}s`;
}

function others(found: Excerpts, what: string): string {
  return found.count === 1 ? `a ${what}` : `${found.count} ${what}s`;
}

function itOrThem({ count }: Excerpts): string {
  return count === 1 ? 'it' : 'them';
}

function nameMailServer(after: PlannedChange['after']): string {
  const mx = after?.type === 'MX' ? after.rdata[0] : undefined;
  return mx === undefined ? 'our mail server' : (readStanding('MX', mx).split(' ')[1] ?? '');
}

function nameSpf(after: PlannedChange['after']): string {
  const texts = after?.rdata.map((rdata) => readStanding('TXT', rdata)) ?? [];
  return texts.find((text) => /^v=spf1/i.test(text)) ?? '';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
