import { TTL_SECONDS } from '../exports/record-list.ts';
import { formatDkimKeyRecord, KEY_PURPOSE } from '../records/dkim-key.ts';
import { buildSlotRecord } from '../records/key-slots.ts';
import { RECORD_KINDS, RECORDS, type RecordKind } from '../records/record.ts';
import type { RecordLabels } from '../records/record-input.ts';
import { buildDnsRecords } from '../records/records.ts';
import type { Region } from '../records/regions.ts';
import type { RecordToPublish } from '../records/to-publish.ts';
import type { TemplateId } from './apply-link.ts';

/** A record of a template (Domain Connect, "Template Record"); its keys in this order. */
export type TemplateRecord =
  | (TemplateRecordBase<'TXT'> & {
      readonly data: string;
      readonly ttl: number;
      readonly txtConflictMatchingMode: 'None' | 'Prefix';
      readonly txtConflictMatchingPrefix?: string;
      readonly essential?: 'OnApply';
    })
  | (TemplateRecordBase<'MX'> & { readonly pointsTo: string; readonly priority: number; readonly ttl: number })
  | (TemplateRecordBase<'CNAME'> & { readonly pointsTo: string; readonly ttl: number })
  | (TemplateRecordBase<'SPFM'> & { readonly spfRules: string; readonly ttl: number });

interface TemplateRecordBase<T extends string> {
  readonly type: T;
  readonly host: string;
  readonly groupId: string;
}

/** A template as the public repository takes it; its keys in this order. */
export interface Template {
  readonly providerId: string;
  readonly providerName: string;
  readonly serviceId: string;
  readonly serviceName: string;
  readonly version: number;
  readonly logoUrl?: string;
  readonly description: string;
  readonly variableDescription: string;
  readonly syncBlock: false;
  readonly syncPubKeyDomain: string;
  readonly syncRedirectDomain: string;
  readonly multiInstance: true;
  readonly records: readonly TemplateRecord[];
}

/** What a template is made of besides the kinds of records. */
export interface TemplateInput extends TemplateId {
  readonly labels: RecordLabels;
  readonly regions: readonly Region[];
  /** Where the keys of domains stand that publish them by CNAME; null where none does. */
  readonly keysZone: string | null;
}

/** What only the published file has: names for people, and where key and way back are. */
export interface TemplateNames {
  readonly providerName: string;
  readonly serviceName: string;
  readonly version: number;
  readonly logoUrl?: string | undefined;
  readonly pubKeyDomain: string;
  readonly redirectDomain: string;
}

/** The groups of keys that a domain gets later, beside that of its first key. */
export const NEXT_KEY_GROUP = 'dkim-next';
export const ED25519_GROUP = 'dkim-ed25519';
/** The group of the two CNAMEs of a domain whose keys stand in the operator's zone, in place of those of keys. */
export const CNAME_GROUP = 'dkim-cname';

const VARIABLES: Readonly<Record<string, string>> = {
  ownershipToken: 'token that proves the domain to this service',
  dkimSelector: 'selector of the DKIM key',
  dkimKey: 'DKIM public key',
  nextSelector: 'selector of the next DKIM key, at a rotation',
  nextKey: 'next DKIM public key, at a rotation',
  ed25519Selector: 'selector of the Ed25519 key',
  ed25519Key: 'Ed25519 public key',
  region: 'region that mail leaves from',
  slots: 'beginning of the two DKIM selectors that never change',
  domainId: 'id of the domain in the zone of keys',
};

// Cut off again at once: records are built for a domain, and the names in a template are relative to one.
const DOMAIN = 'domain.invalid';
const REGION_VARIABLE = '%region%';
const SPF = /^v=spf1 (.+) ~all$/;

/** The group of a kind of record. */
function groupOf(kind: RecordKind): string {
  return RECORDS[kind].flag.toLowerCase();
}

/**
 * Builds the records of the operator's template: those of a domain, with a variable for each part that differs from domain to
 * domain, as small as it can be. Nothing but `buildDnsRecords` says what a record is, so that what is applied is what is
 * checked. SPF is SPFM, which merges; a name never is a variable alone, and neither is a value.
 */
export function buildTemplateRecords({ labels, regions, keysZone }: TemplateInput): readonly TemplateRecord[] {
  const places = listPlaces(regions);
  const own = RECORD_KINDS.flatMap((kind) => {
    const isOfRegion = RECORDS[kind].flag === 'mailFrom';
    return (isOfRegion ? places : places.slice(0, 1)).map(({ region, suffix }) => {
      const record = buildDnsRecords({
        domainName: DOMAIN,
        ownershipToken: '%ownershipToken%',
        selector: '%dkimSelector%',
        publicKey: '%dkimKey%',
        region,
        labels,
      })[kind];
      return toTemplateRecord(kind, record, `${groupOf(kind)}${isOfRegion ? suffix : ''}`);
    });
  });
  const slots = keysZone === null ? [] : ['%slots%1', '%slots%2'];
  return [
    ...own,
    ...FURTHER_KEYS.map((build) => build(labels)),
    ...slots.map((selector) =>
      toTemplateRecord('dkim', buildSlotRecord(DOMAIN, selector, `%domainId%.${keysZone}`), CNAME_GROUP),
    ),
  ];
}

const FURTHER_KEYS = [
  (labels: RecordLabels) => buildKey(NEXT_KEY_GROUP, 'next', 'rsa', labels),
  (labels: RecordLabels) => buildKey(ED25519_GROUP, 'ed25519', 'ed25519', labels),
];

function buildKey(group: string, variable: string, kind: 'rsa' | 'ed25519', labels: RecordLabels): TemplateRecord {
  const record: RecordToPublish = {
    name: `${RECORDS.dkim.prefix(labels, `%${variable}Selector%`)}.${DOMAIN}`,
    value: formatDkimKeyRecord(`%${variable}Key%`, kind),
    type: 'TXT',
    purpose: KEY_PURPOSE,
  };
  return toTemplateRecord('dkim', record, group);
}

/** The regions as one with a variable where their hosts differ by the key only, and else each on its own, without any. */
function listPlaces(regions: readonly Region[]): readonly { readonly region: Region; readonly suffix: string }[] {
  const [first] = regions;
  if (!first) return [];
  const host = first.mailFromHost.replace(first.key, REGION_VARIABLE);
  const isOne = regions.every(
    ({ key, mailFromHost, spfMechanism }) =>
      spfMechanism === first.spfMechanism && mailFromHost === host.replace(REGION_VARIABLE, key),
  );
  if (regions.length === 1 || !isOne || host === REGION_VARIABLE)
    return regions.map((region) => ({ region, suffix: `-${region.key}` }));
  return [{ region: { ...first, mailFromHost: host }, suffix: '' }];
}

function toTemplateRecord(kind: RecordKind, record: RecordToPublish, groupId: string): TemplateRecord {
  const host = record.name.slice(0, -DOMAIN.length - 1);
  const spf = record.type === 'TXT' ? SPF.exec(record.value)?.[1] : undefined;
  if (spf !== undefined) return { type: 'SPFM', host, spfRules: spf, ttl: TTL_SECONDS, groupId };
  if (record.type === 'MX')
    return { type: 'MX', host, pointsTo: record.value, priority: record.priority, ttl: TTL_SECONDS, groupId };
  if (record.type === 'CNAME') return { type: 'CNAME', host, pointsTo: record.value, ttl: TTL_SECONDS, groupId };
  return {
    type: 'TXT',
    host,
    data: record.value,
    ttl: TTL_SECONDS,
    ...conflictRule(kind),
    // A policy that its owner makes stricter later is no reason to take the rest away.
    ...(kind === 'dmarc' && { essential: 'OnApply' }),
    groupId,
  };
}

/** What a TXT record may replace: another key of the selector, another policy; never what proves the domain to somebody else. */
function conflictRule(kind: RecordKind) {
  const prefix = kind === 'dkim' ? 'v=DKIM1' : kind === 'dmarc' ? 'v=DMARC1' : null;
  return prefix === null
    ? ({ txtConflictMatchingMode: 'None' } as const)
    : ({ txtConflictMatchingMode: 'Prefix', txtConflictMatchingPrefix: prefix } as const);
}

/** Builds the template as it is published. */
export function buildTemplate(input: TemplateInput, names: TemplateNames): Template {
  const records = buildTemplateRecords(input);
  const used = listVariables(records);
  return {
    providerId: input.providerId,
    providerName: names.providerName,
    serviceId: input.serviceId,
    serviceName: names.serviceName,
    version: names.version,
    ...(names.logoUrl !== undefined && { logoUrl: names.logoUrl }),
    description: 'Proves the domain, publishes its DKIM keys and sets up its return path for sending email.',
    variableDescription: used.map((name) => `%${name}%: ${VARIABLES[name] ?? name}`).join('; '),
    syncBlock: false,
    syncPubKeyDomain: names.pubKeyDomain,
    syncRedirectDomain: names.redirectDomain,
    // Whoever remembers which template wrote what would else take the first key away when the next one is applied.
    multiInstance: true,
    records,
  };
}

/** Lists the variables of records, each once, in their order. */
export function listVariables(records: readonly TemplateRecord[]): readonly string[] {
  const texts = records.flatMap((record) => Object.values(record)).filter((value) => typeof value === 'string');
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/%([^%]+)%/g)].map(([, name = '']) => name)))];
}

/** The name that the public repository gives the file. */
export function formatTemplateFile({ providerId, serviceId }: TemplateId): string {
  return `${providerId}.${serviceId}.json`.toLowerCase();
}
