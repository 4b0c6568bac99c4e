import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  applyTo,
  listWanted,
  nameWanted,
  noteAll,
  PLANNED_KEY,
  type PlanWorld,
  planIn,
} from '../../../test/support/publishing/plan-world.ts';
import { parseSpfRecord } from '../spf/record.ts';
import { selectChanges } from './plan.ts';
import type { PlanReasonCode } from './plan-reason.ts';
import { formatWanted } from './plan-rules.ts';
import type { PlanAction, PlannedChange } from './planned-change.ts';
import type { Publication } from './publication.ts';
import { formatMx, formatTarget, formatTxt } from './rdata.ts';
import type { RrSet } from './rr-set.ts';
import { readStanding } from './standing.ts';

const DOMAIN = 'example.com';
const OWN = 'include:amazonses.com';
const NAMES = {
  ownership: `_autosend-verify.${DOMAIN}`,
  dkim: `autosend._domainkey.${DOMAIN}`,
  mailFrom: `asend.${DOMAIN}`,
  dmarc: `_dmarc.${DOMAIN}`,
} as const;
const OURS = nameWanted(DOMAIN);

function txt(name: string, ...texts: string[]): RrSet {
  return { name, type: 'TXT', ttlSeconds: 300, rdata: texts.map((text) => formatTxt(text)) };
}

function mx(name: string, ...rdata: string[]): RrSet {
  return { name, type: 'MX', ttlSeconds: 300, rdata };
}

function cname(name: string, target: string): RrSet {
  return { name, type: 'CNAME', ttlSeconds: 300, rdata: [formatTarget(target)] };
}

function world(rest: Partial<PlanWorld> = {}): PlanWorld {
  return { domain: DOMAIN, zone: DOMAIN, standing: [], ...rest };
}

/** What a whole zone of ours holds. */
function ourZone(): RrSet[] {
  return applyTo([], selectChanges(planIn(world()), []));
}

function rowAt(plan: readonly PlannedChange[], name: string, type: RrSet['type']): PlannedChange {
  const row = plan.find((each) => each.name === name && each.type === type);
  ok(row, `There is no ${type} at ${name}.`);
  return row;
}

const textsOf = (set: RrSet | null) => set?.rdata.map((rdata) => readStanding(set.type, rdata)) ?? null;

describe('the plan of an empty zone', () => {
  it('creates every record as it is shown to the customer, for an hour', () => {
    const plan = planIn(world());
    deepEqual(
      plan.map(({ name, type, action, before, after }) => [
        name,
        type,
        action,
        before,
        after?.rdata,
        after?.ttlSeconds,
      ]),
      listWanted(DOMAIN).map(({ record }) => [record.name, record.type, 'create', null, [formatWanted(record)], 3600]),
    );
  });

  it('takes a longer TTL where the provider has a higher minimum', () => {
    const plan = planIn(world({ limits: { minTtlSeconds: 7200 } }));
    ok(plan.every(({ after }) => after?.ttlSeconds === 7200));
  });

  it('does what it says: planned again, nothing is left', () => {
    ok(planIn(world({ standing: ourZone() })).every(({ action }) => action === 'keep'));
  });

  it('holds for a domain below the apex of its zone', () => {
    const domain = 'mail.shop.example.com';
    const plan = planIn(world({ domain }));
    deepEqual([...new Set(plan.map(({ action }) => action))], ['create']);
    ok(plan.every(({ name }) => name.endsWith(`.${domain}`)));
  });

  it('names are compared in lower case', () => {
    const wanted = listWanted(DOMAIN).map(({ kind, record }) => ({
      kind,
      record: { ...record, name: record.name.toUpperCase() },
    }));
    ok(planIn(world({ standing: ourZone(), wanted })).every(({ action }) => action === 'keep'));
  });
});

interface Case {
  readonly what: string;
  readonly given: Partial<PlanWorld>;
  readonly at: readonly [name: string, type: RrSet['type']];
  readonly action: PlanAction;
  readonly reason?: PlanReasonCode;
  /** What stands afterwards, with whatever consent it takes. */
  readonly after: readonly string[] | null;
  readonly hasConsent?: boolean;
}

const KEY_TEXT = OURS.dkim.value;
const SPLIT_KEY = `"${KEY_TEXT.slice(0, 100)}" "${KEY_TEXT.slice(100, 300)}" "${KEY_TEXT.slice(300)}"`;
const OTHER_KEY = 'v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7';
const LOOKUPS = Array.from({ length: 10 }, (_, index) => `include:s${index}.example.net`);
const SPF_ELSEWHERE = LOOKUPS.map((_, index) => txt(`s${index}.example.net`, 'v=spf1 ip4:198.51.100.1 -all'));
const MAIL_TXT = [NAMES.mailFrom, 'TXT'] as const;
const MAIL_MX = [NAMES.mailFrom, 'MX'] as const;
const DMARC_TXT = [NAMES.dmarc, 'TXT'] as const;
const DKIM_TXT = [NAMES.dkim, 'TXT'] as const;
const OWNER_TXT = [NAMES.ownership, 'TXT'] as const;

function wrote(set: RrSet, before: RrSet | null = null): Publication {
  return { name: set.name, type: set.type, before, after: set };
}

const CASES: readonly Case[] = [
  // The key
  {
    what: 'our key, cut into other strings',
    given: { standing: [{ ...txt(NAMES.dkim), rdata: [SPLIT_KEY] }] },
    at: DKIM_TXT,
    action: 'keep',
    after: [KEY_TEXT],
  },
  {
    what: 'our key, with blanks and another order',
    given: { standing: [txt(NAMES.dkim, `v=DKIM1;p=${PLANNED_KEY};k=rsa`)] },
    at: DKIM_TXT,
    action: 'keep',
    after: [`v=DKIM1;p=${PLANNED_KEY};k=rsa`],
  },
  {
    what: 'a key of somebody else',
    given: { standing: [txt(NAMES.dkim, OTHER_KEY)] },
    at: DKIM_TXT,
    action: 'conflict',
    reason: 'foreign_text',
    after: [KEY_TEXT],
    hasConsent: true,
  },
  {
    what: 'a key of somebody else beside ours',
    given: { standing: [txt(NAMES.dkim, OTHER_KEY, KEY_TEXT)] },
    at: DKIM_TXT,
    action: 'conflict',
    reason: 'foreign_text',
    after: [KEY_TEXT],
    hasConsent: true,
  },
  {
    what: 'our key, that somebody changed',
    given: { standing: [txt(NAMES.dkim, KEY_TEXT.slice(0, 200))], written: [wrote(txt(NAMES.dkim, KEY_TEXT))] },
    at: DKIM_TXT,
    action: 'conflict',
    reason: 'changed_since',
    after: [KEY_TEXT],
    hasConsent: true,
  },
  {
    what: 'an older key of ours',
    given: { standing: [txt(NAMES.dkim, OTHER_KEY)], written: [wrote(txt(NAMES.dkim, OTHER_KEY))] },
    at: DKIM_TXT,
    action: 'replace',
    after: [KEY_TEXT],
  },
  {
    what: 'an older key of ours, split otherwise since',
    given: {
      standing: [{ ...txt(NAMES.dkim), rdata: [`"${OTHER_KEY.slice(0, 9)}" "${OTHER_KEY.slice(9)}"`] }],
      written: [wrote(txt(NAMES.dkim, OTHER_KEY))],
    },
    at: DKIM_TXT,
    action: 'replace',
    after: [KEY_TEXT],
  },
  {
    what: 'our key twice, since its owner has published it as well',
    given: { standing: [txt(NAMES.dkim, KEY_TEXT, `${KEY_TEXT};`)], written: [wrote(txt(NAMES.dkim, KEY_TEXT))] },
    at: DKIM_TXT,
    action: 'merge',
    after: [`${KEY_TEXT};`],
  },
  {
    what: 'a text that is no text',
    given: { standing: [{ ...txt(NAMES.dkim), rdata: ['"open'] }] },
    at: DKIM_TXT,
    action: 'conflict',
    reason: 'foreign_text',
    after: [KEY_TEXT],
    hasConsent: true,
  },
  {
    what: 'a provider with short texts',
    given: { limits: { minTtlSeconds: 30, maxTxtOctets: 300 } },
    at: DKIM_TXT,
    action: 'conflict',
    reason: 'text_too_long',
    after: null,
  },
  // The proof of ownership
  {
    what: 'our token beside another text',
    given: { standing: [txt(NAMES.ownership, 'autosend-verify-other', OURS.ownership.value)] },
    at: OWNER_TXT,
    action: 'keep',
    after: ['autosend-verify-other', OURS.ownership.value],
  },
  {
    what: 'the token of another service',
    given: { standing: [txt(NAMES.ownership, 'autosend-verify-other')] },
    at: OWNER_TXT,
    action: 'conflict',
    reason: 'foreign_text',
    after: ['autosend-verify-other', OURS.ownership.value],
    hasConsent: true,
  },
  {
    what: 'our token, quoted twice',
    given: { standing: [txt(NAMES.ownership, `"${OURS.ownership.value}"`)] },
    at: OWNER_TXT,
    action: 'keep',
    after: [`"${OURS.ownership.value}"`],
  },
  // SPF
  {
    what: 'an SPF record of the owner',
    given: { standing: [txt(NAMES.mailFrom, 'v=spf1 mx -all')] },
    at: MAIL_TXT,
    action: 'merge',
    reason: 'spf_added',
    after: [`v=spf1 ${OWN} mx -all`],
  },
  {
    what: 'an SPF record in several strings',
    given: { standing: [{ ...txt(NAMES.mailFrom), rdata: ['"v=spf1 " "mx" " -all"'] }] },
    at: MAIL_TXT,
    action: 'merge',
    reason: 'spf_added',
    after: [`v=spf1 ${OWN} mx -all`],
  },
  {
    what: 'an SPF record in capitals',
    given: { standing: [txt(NAMES.mailFrom, 'V=SPF1 MX -ALL')] },
    at: MAIL_TXT,
    action: 'merge',
    reason: 'spf_added',
    after: [`V=SPF1 ${OWN} MX -ALL`],
  },
  {
    what: 'an SPF record with other texts beside it',
    given: { standing: [txt(NAMES.mailFrom, 'google-site-verification=1', 'v=spf1 ~all')] },
    at: MAIL_TXT,
    action: 'merge',
    reason: 'spf_added',
    after: ['google-site-verification=1', `v=spf1 ${OWN} ~all`],
  },
  {
    what: 'another text alone',
    given: { standing: [txt(NAMES.mailFrom, 'google-site-verification=1')] },
    at: MAIL_TXT,
    action: 'merge',
    reason: 'text_beside',
    after: ['google-site-verification=1', OURS.mail_from_spf.value],
  },
  {
    what: 'a redirect',
    given: { standing: [txt(NAMES.mailFrom, 'v=spf1 redirect=s0.example.net')], elsewhere: SPF_ELSEWHERE },
    at: MAIL_TXT,
    action: 'merge',
    reason: 'spf_added',
    after: [`v=spf1 ${OWN} redirect=s0.example.net`],
  },
  {
    what: 'our mechanism that is turned away',
    given: { standing: [txt(NAMES.mailFrom, `v=spf1 -${OWN} mx -all`)] },
    at: MAIL_TXT,
    action: 'merge',
    reason: 'spf_added',
    after: [`v=spf1 ${OWN} -${OWN} mx -all`],
  },
  {
    what: 'our mechanism behind all',
    given: { standing: [txt(NAMES.mailFrom, `v=spf1 -all ${OWN}`)] },
    at: MAIL_TXT,
    action: 'merge',
    reason: 'spf_added',
    after: [`v=spf1 ${OWN} -all ${OWN}`],
  },
  {
    what: 'our mechanism already',
    given: { standing: [txt(NAMES.mailFrom, `v=spf1 a ${OWN} -all`)] },
    at: MAIL_TXT,
    action: 'keep',
    after: [`v=spf1 a ${OWN} -all`],
  },
  {
    what: 'our mechanism behind an include',
    given: {
      standing: [txt(NAMES.mailFrom, 'v=spf1 include:all.example.net -all')],
      elsewhere: [txt('all.example.net', `v=spf1 ${OWN} -all`)],
    },
    at: MAIL_TXT,
    action: 'keep',
    after: ['v=spf1 include:all.example.net -all'],
  },
  {
    what: 'several SPF records',
    given: { standing: [txt(NAMES.mailFrom, 'v=spf1 mx -all', 'v=spf1 a -all')] },
    at: MAIL_TXT,
    action: 'conflict',
    reason: 'spf_several',
    after: [`v=spf1 ${OWN} mx a -all`],
    hasConsent: true,
  },
  {
    what: 'an SPF record beside ours',
    given: {
      standing: [txt(NAMES.mailFrom, 'v=spf1 mx -all', OURS.mail_from_spf.value)],
      written: [wrote(txt(NAMES.mailFrom, OURS.mail_from_spf.value))],
    },
    at: MAIL_TXT,
    action: 'merge',
    reason: 'spf_added',
    after: [`v=spf1 ${OWN} mx -all`],
  },
  {
    what: 'an SPF record at the limit of look-ups',
    given: { standing: [txt(NAMES.mailFrom, `v=spf1 ${LOOKUPS.join(' ')} -all`)], elsewhere: SPF_ELSEWHERE },
    at: MAIL_TXT,
    action: 'conflict',
    reason: 'spf_unusable',
    after: [OURS.mail_from_spf.value],
    hasConsent: true,
  },
  {
    what: 'an SPF record that has room for one more look-up',
    given: { standing: [txt(NAMES.mailFrom, `v=spf1 ${LOOKUPS.slice(1).join(' ')} -all`)], elsewhere: SPF_ELSEWHERE },
    at: MAIL_TXT,
    action: 'merge',
    reason: 'spf_added',
    after: [`v=spf1 ${OWN} ${LOOKUPS.slice(1).join(' ')} -all`],
  },
  {
    what: 'an SPF record that lets everyone pass',
    given: { standing: [txt(NAMES.mailFrom, 'v=spf1 mx +all')] },
    at: MAIL_TXT,
    action: 'conflict',
    reason: 'spf_unusable',
    after: [`v=spf1 ${OWN} mx ~all`],
    hasConsent: true,
  },
  {
    what: 'an SPF record that nobody can read',
    given: { standing: [txt(NAMES.mailFrom, 'v=spf1 ipv4:1.2.3.4 mx -all')] },
    at: MAIL_TXT,
    action: 'conflict',
    reason: 'spf_unusable',
    after: [`v=spf1 ${OWN} ip4:1.2.3.4 mx -all`],
    hasConsent: true,
  },
  {
    what: 'an SPF record merged by us, and changed since',
    given: {
      standing: [txt(NAMES.mailFrom, 'v=spf1 mx a -all')],
      written: [wrote(txt(NAMES.mailFrom, `v=spf1 ${OWN} mx -all`), txt(NAMES.mailFrom, 'v=spf1 mx -all'))],
    },
    at: MAIL_TXT,
    action: 'merge',
    reason: 'spf_added',
    after: [`v=spf1 ${OWN} mx a -all`],
  },
  {
    what: 'an SPF record that grows too long for the provider',
    given: {
      standing: [txt(NAMES.mailFrom, `v=spf1 ${'ip4:198.51.100.1 '.repeat(28)}-all`)],
      limits: { minTtlSeconds: 30, maxTxtOctets: 500 },
    },
    at: MAIL_TXT,
    action: 'conflict',
    reason: 'text_too_long',
    after: [`v=spf1 ${'ip4:198.51.100.1 '.repeat(28)}-all`],
  },
  {
    what: 'a wildcard with an SPF record',
    given: { elsewhere: [txt(`*.${DOMAIN}`, 'v=spf1 -all')] },
    at: MAIL_TXT,
    action: 'create',
    after: [OURS.mail_from_spf.value],
  },
  // MX
  {
    what: 'another mail server',
    given: { standing: [mx(NAMES.mailFrom, formatMx(10, 'mx.example.net'))] },
    at: MAIL_MX,
    action: 'conflict',
    reason: 'foreign_mx',
    after: [readStanding('MX', formatWanted(OURS.mail_from_mx))],
    hasConsent: true,
  },
  {
    what: 'another mail server beside ours',
    given: {
      standing: [mx(NAMES.mailFrom, formatMx(20, 'mx.example.net'), formatWanted(OURS.mail_from_mx))],
      written: [wrote(mx(NAMES.mailFrom, formatWanted(OURS.mail_from_mx)))],
    },
    at: MAIL_MX,
    action: 'conflict',
    reason: 'foreign_mx',
    after: [readStanding('MX', formatWanted(OURS.mail_from_mx))],
    hasConsent: true,
  },
  {
    what: 'a null MX',
    given: { standing: [mx(NAMES.mailFrom, '0 .')] },
    at: MAIL_MX,
    action: 'conflict',
    reason: 'foreign_mx',
    after: [readStanding('MX', formatWanted(OURS.mail_from_mx))],
    hasConsent: true,
  },
  {
    what: 'our mail server with another priority, in capitals',
    given: { standing: [mx(NAMES.mailFrom, '5 FEEDBACK-SMTP.US-EAST-1.AMAZONSES.COM.')] },
    at: MAIL_MX,
    action: 'keep',
    after: ['5 feedback-smtp.us-east-1.amazonses.com'],
  },
  // DMARC
  {
    what: 'a stricter policy',
    given: { standing: [txt(NAMES.dmarc, 'v=DMARC1; p=reject; rua=mailto:a@example.com')] },
    at: DMARC_TXT,
    action: 'keep',
    reason: 'dmarc_applies',
    after: ['v=DMARC1; p=reject; rua=mailto:a@example.com'],
  },
  {
    what: 'a policy at the zone above',
    given: { domain: `news.${DOMAIN}`, standing: [txt(NAMES.dmarc, 'v=DMARC1; p=quarantine')] },
    at: [`_dmarc.news.${DOMAIN}`, 'TXT'],
    action: 'keep',
    reason: 'dmarc_applies',
    after: null,
  },
  {
    what: 'a policy by a wildcard',
    given: { elsewhere: [txt(`*.${DOMAIN}`, 'v=DMARC1; p=reject')] },
    at: DMARC_TXT,
    action: 'keep',
    reason: 'dmarc_applies',
    after: null,
  },
  {
    what: 'a zone above that nobody answers for',
    given: { domain: `news.${DOMAIN}`, silent: [NAMES.dmarc] },
    at: [`_dmarc.news.${DOMAIN}`, 'TXT'],
    action: 'conflict',
    reason: 'dmarc_unanswered',
    after: null,
  },
  {
    what: 'a name that nobody answers for, where a wildcard may give a policy',
    given: { silent: [NAMES.dmarc] },
    at: DMARC_TXT,
    action: 'conflict',
    reason: 'dmarc_unanswered',
    after: null,
  },
  {
    what: 'a policy that is none',
    given: { standing: [txt(NAMES.dmarc, 'v=DMARC1; p=rejct')] },
    at: DMARC_TXT,
    action: 'conflict',
    reason: 'dmarc_invalid',
    after: [OURS.dmarc.value],
    hasConsent: true,
  },
  {
    what: 'several policies',
    given: { standing: [txt(NAMES.dmarc, 'v=DMARC1; p=reject', 'v=DMARC1; p=none')] },
    at: DMARC_TXT,
    action: 'conflict',
    reason: 'dmarc_several',
    after: ['v=DMARC1; p=reject', 'v=DMARC1; p=none'],
  },
  {
    what: 'another policy beside ours',
    given: {
      standing: [txt(NAMES.dmarc, 'v=DMARC1; p=reject', OURS.dmarc.value)],
      written: [wrote(txt(NAMES.dmarc, OURS.dmarc.value))],
    },
    at: DMARC_TXT,
    action: 'merge',
    after: ['v=DMARC1; p=reject'],
  },
  {
    what: 'a text that has nothing to do with it',
    given: { standing: [txt(NAMES.dmarc, 'hello')] },
    at: DMARC_TXT,
    action: 'merge',
    reason: 'text_beside',
    after: ['hello', OURS.dmarc.value],
  },
  {
    what: 'our policy, made stricter by its owner',
    given: { standing: [txt(NAMES.dmarc, 'v=DMARC1; p=reject')], written: [wrote(txt(NAMES.dmarc, OURS.dmarc.value))] },
    at: DMARC_TXT,
    action: 'keep',
    reason: 'dmarc_applies',
    after: ['v=DMARC1; p=reject'],
  },
  // CNAMEs
  {
    what: 'a CNAME in the way',
    given: { standing: [cname(NAMES.dkim, 'gone.example.net')] },
    at: DKIM_TXT,
    action: 'conflict',
    reason: 'cname_in_the_way',
    after: [KEY_TEXT],
    hasConsent: true,
  },
  {
    what: 'a CNAME to a name that nobody answers for: ours may be behind it',
    given: { standing: [cname(NAMES.dkim, 'keys.example.net')], silent: ['keys.example.net'] },
    at: [NAMES.dkim, 'CNAME'],
    action: 'conflict',
    reason: 'cname_unanswered',
    after: ['keys.example.net'],
  },
  {
    what: 'a CNAME that leads to our key',
    given: { standing: [cname(NAMES.dkim, 'keys.example.net')], elsewhere: [txt('keys.example.net', KEY_TEXT)] },
    at: [NAMES.dkim, 'CNAME'],
    action: 'keep',
    reason: 'right_behind_cname',
    after: ['keys.example.net'],
  },
  {
    what: 'a CNAME that leads to a policy',
    given: { standing: [cname(NAMES.dmarc, 'p.example.net')], elsewhere: [txt('p.example.net', 'v=DMARC1; p=reject')] },
    at: [NAMES.dmarc, 'CNAME'],
    action: 'keep',
    reason: 'right_behind_cname',
    after: ['p.example.net'],
  },
  {
    what: 'a CNAME of ours, from when it was wanted',
    given: {
      standing: [cname(NAMES.dkim, 'a.dkim.example.net')],
      written: [wrote(cname(NAMES.dkim, 'a.dkim.example.net'))],
    },
    at: [NAMES.dkim, 'CNAME'],
    action: 'replace',
    after: null,
  },
  {
    what: 'a CNAME at the return path',
    given: { standing: [cname(NAMES.mailFrom, 'shop.example.net')] },
    at: MAIL_MX,
    action: 'conflict',
    reason: 'cname_in_the_way',
    after: [readStanding('MX', formatWanted(OURS.mail_from_mx))],
    hasConsent: true,
  },
  // Zones
  {
    what: 'a name in a zone of its own',
    given: { cuts: [`_domainkey.${DOMAIN}`] },
    at: DKIM_TXT,
    action: 'conflict',
    reason: 'other_zone',
    after: null,
  },
  {
    what: 'a zone that the name is not in',
    given: { zone: 'example.net' },
    at: DKIM_TXT,
    action: 'conflict',
    reason: 'other_zone',
    after: null,
  },
];

describe('the plan of a zone with', () => {
  for (const { what, given, at, action, reason, after, hasConsent = false } of CASES)
    it(`${what}: ${action}`, () => {
      const before = world(given);
      const plan = planIn(before);
      const row = rowAt(plan, ...at);
      deepEqual([row.action, row.reason?.code ?? null, row.consent !== null], [action, reason ?? null, hasConsent]);
      const has = ({ name, type }: RrSet) => name === row.name && type === row.type;
      deepEqual(row.before, before.standing.find(has) ?? null);
      const consents = plan.flatMap(({ consent }) => consent ?? []);
      const changes = selectChanges(plan, consents);
      const standing = applyTo(before.standing, changes);
      deepEqual(textsOf(standing.find(has) ?? null)?.sort() ?? null, after ? [...after].sort() : null);
      // And again: nothing is left to do but what no consent helps with.
      const again = planIn({ ...before, standing, written: noteAll(before.written ?? [], changes) });
      ok(
        again.every((each) => each.action === 'keep' || (each.action === 'conflict' && each.consent === null)),
        JSON.stringify(again),
      );
    });

  it('a CNAME at the return path: one consent names it, and both records wait for it', () => {
    const standing = [cname(NAMES.mailFrom, 'shop.example.net')];
    const plan = planIn(world({ standing })).filter(({ name }) => name === NAMES.mailFrom);
    deepEqual(
      plan.map(({ type }) => type),
      ['CNAME', 'MX', 'TXT'],
    );
    equal(new Set(plan.map(({ consent }) => consent)).size, 1);
    deepEqual(selectChanges(plan, []), []);
    const [first] = selectChanges(plan, [plan[0]?.consent ?? '']);
    equal(first?.after, null);
  });

  it('a CNAME in the way of a policy that applies from above: nothing goes', () => {
    const domain = `news.${DOMAIN}`;
    const standing = [cname(`_dmarc.${domain}`, 'gone.example.net'), txt(NAMES.dmarc, 'v=DMARC1; p=reject')];
    const plan = planIn(world({ domain, standing })).filter(({ name }) => name === `_dmarc.${domain}`);
    ok(plan.every(({ action }) => action === 'keep'));
  });

  it('merged records keep the TTL that their owner chose', () => {
    const row = rowAt(planIn(world({ standing: [txt(NAMES.mailFrom, 'v=spf1 mx -all', 'x')] })), ...MAIL_TXT);
    equal(row.after?.ttlSeconds, 300);
  });

  it('a consent names what stands there: after a change it is another one', () => {
    const consentFor = (host: string) =>
      rowAt(planIn(world({ standing: [mx(NAMES.mailFrom, formatMx(10, host))] })), ...MAIL_MX).consent;
    ok(consentFor('a.example.net')?.startsWith(`MX:${NAMES.mailFrom}:`));
    ok(consentFor('a.example.net') !== consentFor('b.example.net'));
  });

  it('an SPF record that looks for our MX record is judged as it will be once that is there: planned again, nothing is left', () => {
    const standing = [txt(NAMES.mailFrom, 'v=spf1 mx a a ptr')];
    const plan = planIn({ domain: DOMAIN, zone: DOMAIN, standing });
    const spf = plan.find(({ name, type }) => name === NAMES.mailFrom && type === 'TXT');
    deepEqual([spf?.action, spf?.reason?.code], ['merge', 'spf_added']);
    const changes = selectChanges(plan, []);
    const again = planIn({
      domain: DOMAIN,
      zone: DOMAIN,
      standing: applyTo(standing, changes),
      written: noteAll([], changes),
    });
    deepEqual(selectChanges(again, []), []);
  });

  it('an SPF record merged by us can be read', () => {
    const row = rowAt(planIn(world({ standing: [txt(NAMES.mailFrom, 'v=spf1 mx -all')] })), ...MAIL_TXT);
    equal(parseSpfRecord(textsOf(row.after)?.[0] ?? '').ok, true);
  });
});

describe('the plan of a CNAME for the key', () => {
  const target = 'autosend1.0123456789abcdef01234567.dkim.operator.example';
  const wanted = [{ kind: 'dkim', record: { name: NAMES.dkim, type: 'CNAME', value: target, purpose: '' } }] as const;
  for (const [what, standing, written, actions] of [
    ['in an empty zone', [], [], ['CNAME create']],
    ['that is there', [cname(NAMES.dkim, `${target.toUpperCase()}.`)], [], ['CNAME keep']],
    [
      'where the key itself was ours',
      [txt(NAMES.dkim, KEY_TEXT)],
      [wrote(txt(NAMES.dkim, KEY_TEXT))],
      ['TXT replace', 'CNAME create'],
    ],
    ['where the key was published by hand', [txt(NAMES.dkim, KEY_TEXT)], [], ['TXT conflict', 'CNAME conflict']],
    ['where another CNAME is', [cname(NAMES.dkim, 'a.example.net')], [], ['CNAME conflict']],
    [
      'where another CNAME of ours is',
      [cname(NAMES.dkim, 'a.example.net')],
      [wrote(cname(NAMES.dkim, 'a.example.net'))],
      ['CNAME replace'],
    ],
  ] as const)
    it(`${what}`, () => {
      const given = world({ standing, written, wanted });
      const plan = planIn(given);
      deepEqual(
        plan.map(({ type, action }) => `${type} ${action}`),
        actions,
      );
      const changes = selectChanges(
        plan,
        plan.flatMap(({ consent }) => consent ?? []),
      );
      const after = applyTo(standing, changes);
      deepEqual(
        after.map(({ type }) => type),
        ['CNAME'],
      );
      ok(planIn({ ...given, standing: after }).every(({ action }) => action === 'keep'));
    });
});
