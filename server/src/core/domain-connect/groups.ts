import type { PlanReasonCode } from '../publishing/plan-reason.ts';
import type { PlanAction } from '../publishing/planned-change.ts';
import { buildKeyRecord, type KeyRecordInput, type KeyStage, keyKindOf } from '../records/dkim-key.ts';
import { RECORD_KINDS, RECORDS, type RecordKind } from '../records/record.ts';
import type { DnsRecordsInput } from '../records/record-input.ts';
import { buildDnsRecords, buildSecondKeyRecord } from '../records/records.ts';
import type { RecordToPublish } from '../records/to-publish.ts';
import { CNAME_GROUP, ED25519_GROUP, NEXT_KEY_GROUP, type TemplateRecord } from './template.ts';

/** A record that a domain wants, and the group of the template that brings it. */
export interface GroupMember {
  readonly kind: RecordKind;
  readonly group: string;
  /** What the group's variables stand for. */
  readonly variables: Readonly<Record<string, string>>;
  readonly record: RecordToPublish;
}

/** A further DKIM key whose record has to be there. */
export type FurtherKey = KeyRecordInput & { readonly stage: KeyStage };

/** Lists the records of a domain with their groups. One that the template has no group for isn't among them. */
export function listMembers(
  input: DnsRecordsInput,
  keys: readonly FurtherKey[],
  template: readonly TemplateRecord[],
): readonly GroupMember[] {
  const records = buildDnsRecords(input);
  const own = RECORD_KINDS.map((kind): GroupMember => {
    const { flag } = RECORDS[kind];
    const ofRegion = `mailfrom-${input.region.key}`;
    const group = template.some(({ groupId }) => groupId === ofRegion) ? ofRegion : 'mailfrom';
    return {
      kind,
      group: flag === 'mailFrom' ? group : flag,
      variables: VARIABLES_OF[flag](input),
      record: records[kind],
    };
  });
  const second = buildSecondKeyRecord({ ...input, keysBelow: input.keysBelow });
  // Keys behind CNAMEs are nothing that the customer publishes.
  if (!second) return [...own, ...listKeyMembers(keys)];
  const { keysBelow = '', selector } = input;
  const variables = { slots: selector.slice(0, -1), domainId: keysBelow.slice(0, keysBelow.indexOf('.')) };
  return own.flatMap((member) =>
    member.group === 'dkim'
      ? [member.record, second].map((record) => ({ ...member, group: CNAME_GROUP, variables, record }))
      : [member],
  );
}

const VARIABLES_OF: Readonly<
  Record<(typeof RECORDS)[keyof typeof RECORDS]['flag'], (input: DnsRecordsInput) => Readonly<Record<string, string>>>
> = {
  ownership: ({ ownershipToken }) => ({ ownershipToken }),
  dkim: ({ selector, publicKey }) => ({ dkimSelector: selector, dkimKey: publicKey }),
  mailFrom: ({ region }) => ({ region: region.key }),
  dmarc: () => ({}),
};

/** Of each kind the newest that isn't signing yet, or else the Ed25519 key that signs beside the domain's own. */
function listKeyMembers(keys: readonly FurtherKey[]): readonly GroupMember[] {
  const find = (kind: 'rsa' | 'ed25519', stage: KeyStage) =>
    keys.find((key) => keyKindOf(key.algorithm) === kind && key.stage === stage);
  const next = find('rsa', 'pending');
  const other = find('ed25519', 'pending') ?? find('ed25519', 'active');
  return [
    ...(next ? [toMember(NEXT_KEY_GROUP, 'next', next)] : []),
    ...(other ? [toMember(ED25519_GROUP, 'ed25519', other)] : []),
  ];
}

function toMember(group: string, variable: string, key: FurtherKey): GroupMember {
  const variables = { [`${variable}Selector`]: key.selector, [`${variable}Key`]: key.publicKey };
  return { kind: 'dkim', group, variables, record: buildKeyRecord(key) };
}

/** What is to become of a record set, as the plan says it, and the code of the reason where it gives one. */
export interface PlannedRecord extends Pick<RecordToPublish, 'name' | 'type'> {
  readonly action: PlanAction;
  readonly reasonCode: PlanReasonCode | null;
}

/** Why a group that isn't there yet isn't in the link. */
export type LeftOutCode =
  /** What stands there would be replaced, or stand beside ours and break it. */
  | 'conflict'
  /** Nobody answered for a name, or for one above it whose policy would apply. */
  | 'unanswered'
  /** The template, as it is here or at the provider, would make another record than the one that is wanted, or in another zone. */
  | 'not_in_template';

/** A group that isn't in the link, with the record that it is about. */
export interface LeftOut {
  readonly group: string;
  readonly code: LeftOutCode;
  readonly record: RecordToPublish;
}

/** Which groups a link applies, and with which variables. */
export interface ChosenGroups {
  readonly groups: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Chooses what a link applies: what is missing and can be added without harm. Providers differ in what they do about records
 * that stand there (Cloudflare ignores the rules of the template), so a group that would meet one is left out altogether. At
 * a rotation it is the next key alone.
 * @param plan what the plan says of each record set; one that it doesn't name could not be asked about
 * @param deployed the groups that the provider has as we have them; null where it doesn't say
 */
export function chooseGroups(
  members: readonly GroupMember[],
  plan: readonly PlannedRecord[],
  {
    records: template,
    deployed,
  }: { readonly records: readonly TemplateRecord[]; readonly deployed: readonly string[] | null },
  domainName: string,
): ChosenGroups {
  const all = [...new Set(members.map(({ group }) => group))];
  const wanted = isRotation(members, plan) ? all.filter((group) => KEY_GROUPS.has(group)) : all;
  const groups: string[] = [];
  const leftOut: LeftOut[] = [];
  for (const group of wanted) {
    if (isThere(members, plan, group)) continue;
    const own = members.filter((member) => member.group === group);
    const harm = own.map((member) => findHarm(member, plan)).find((each) => each !== null);
    const isMeant = (deployed?.includes(group) ?? true) && isExpressed(own, template, domainName);
    const [first] = own;
    if (harm) leftOut.push({ group, ...harm });
    else if (!isMeant && first) leftOut.push({ group, code: 'not_in_template', record: first.record });
    else groups.push(group);
  }
  const chosen = members.filter(({ group }) => groups.includes(group));
  const used = template.filter(({ groupId }) => groups.includes(groupId));
  const variables = Object.fromEntries(
    chosen
      .flatMap((member) => Object.entries(member.variables))
      .filter(([name]) => used.some((record) => JSON.stringify(record).includes(`%${name}%`))),
  );
  return { groups, variables, leftOut };
}

/** Whether a next key is on its way while the first one stands. Where nobody says that it is gone, it is taken to stand. */
function isRotation(members: readonly GroupMember[], plan: readonly PlannedRecord[]): boolean {
  const first = members.find(({ group }) => group === 'dkim');
  const action = first && findPlanned(plan, first.record)?.action;
  return members.some(({ group }) => group === NEXT_KEY_GROUP) && (action ?? 'keep') === 'keep';
}

const KEY_GROUPS: ReadonlySet<string> = new Set(['dkim', NEXT_KEY_GROUP, ED25519_GROUP]);

/** Finds what is said of a record set: of one that is right behind a CNAME, the plan has a row for the CNAME alone. */
function findPlanned(plan: readonly PlannedRecord[], { name, type }: RecordToPublish): PlannedRecord | undefined {
  return plan.find((each) => each.name === name && (each.type === type || each.reasonCode === 'right_behind_cname'));
}

/** Whether nothing of a group has to be added. */
function isThere(members: readonly GroupMember[], plan: readonly PlannedRecord[], group: string): boolean {
  const own = members.filter((member) => member.group === group);
  return own.length > 0 && own.every(({ record }) => findPlanned(plan, record)?.action === 'keep');
}

function findHarm({ record, group }: GroupMember, plan: readonly PlannedRecord[]): Omit<LeftOut, 'group'> | null {
  const planned = findPlanned(plan, record);
  if (!planned) return { code: 'unanswered', record };
  if (planned.action !== 'conflict') return null;
  const { reasonCode } = planned;
  // Texts of others may stay there: the template takes none away, and one of ours beside them is enough.
  if (group === 'ownership' && (reasonCode === 'foreign_text' || reasonCode === 'changed_since')) return null;
  if (reasonCode === 'dmarc_unanswered' || reasonCode === 'cname_unanswered') return { code: 'unanswered', record };
  if (reasonCode === 'other_zone') return { code: 'not_in_template', record };
  return { code: 'conflict', record };
}

/** Whether the template makes the very records that are wanted: a domain keeps the labels that it was added with. */
function isExpressed(
  members: readonly GroupMember[],
  template: readonly TemplateRecord[],
  domainName: string,
): boolean {
  const [first] = members;
  const rows = template.filter(({ groupId }) => groupId === first?.group);
  if (rows.length !== members.length) return false;
  const made = rows.map((row) => formatMade(fillRecord(row, first?.variables ?? {}, domainName)));
  return members.every(({ record }) => made.includes(formatMade(record)));
}

function formatMade({ name, type, value, ...rest }: Omit<RecordToPublish, 'purpose'> & { priority?: number }): string {
  return JSON.stringify([name, type, value, rest.priority ?? null]);
}

/** The record that one of the template makes where nothing else stands. */
function fillRecord(
  row: TemplateRecord,
  variables: Readonly<Record<string, string>>,
  domainName: string,
): Omit<RecordToPublish, 'purpose'> & { priority?: number } {
  const fill = (text: string) => text.replace(/%([^%]+)%/g, (_, name: string) => variables[name] ?? '');
  const name = `${fill(row.host)}.${domainName}`;
  if (row.type === 'SPFM') return { name, type: 'TXT', value: `v=spf1 ${fill(row.spfRules)} ~all` };
  if (row.type === 'TXT') return { name, type: 'TXT', value: fill(row.data) };
  const value = fill(row.pointsTo);
  return { name, type: row.type, value, ...(row.type === 'MX' && { priority: row.priority }) };
}
