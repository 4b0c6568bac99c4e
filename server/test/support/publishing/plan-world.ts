import type { LookupResult, Question } from '../../../src/core/answers/dns-answer.ts';
import { questionKey } from '../../../src/core/answers/dns-answer.ts';
import { RULES } from '../../../src/core/check/rules.ts';
import { planRecords } from '../../../src/core/publishing/plan.ts';
import type { PlanInput, PlannedChange, WantedRecord } from '../../../src/core/publishing/planned-change.ts';
import { notePublication, type Publication } from '../../../src/core/publishing/publication.ts';
import type { RrSet, RrSetChange } from '../../../src/core/publishing/rr-set.ts';
import { answerWith, readStanding } from '../../../src/core/publishing/standing.ts';
import { mapKinds, RECORD_KINDS } from '../../../src/core/records/record.ts';
import { DEFAULT_LABELS } from '../../../src/core/records/record-input.ts';
import { buildDnsRecords } from '../../../src/core/records/records.ts';
import { BUILT_IN_REGIONS, findRegion } from '../../../src/core/records/regions.ts';

/** A zone and the DNS around it, for plans that are made without any. */
export interface PlanWorld {
  readonly domain: string;
  readonly zone: string;
  readonly standing: readonly RrSet[];
  readonly written?: readonly Publication[];
  /** Record sets elsewhere in DNS; a name that starts with `*.` answers for all below it that aren't there. */
  readonly elsewhere?: readonly RrSet[];
  /** Names that nobody answers for. */
  readonly silent?: readonly string[];
  /** Zones that are cut out of this one. */
  readonly cuts?: readonly string[];
  readonly wanted?: readonly WantedRecord[];
  readonly limits?: PlanInput['limits'];
}

/** A key as it stands in a record of 2048 bits. */
export const PLANNED_KEY = `MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA${'k7Jx'.repeat(85)}QIDAQAB`;

/** The records of a domain, with the default labels and the first region. */
export function listWanted(domain: string): WantedRecord[] {
  const region = findRegion(BUILT_IN_REGIONS, 'us-east-1');
  if (!region) throw new Error('There is no such region.');
  const records = buildDnsRecords({
    domainName: domain,
    ownershipToken: '0123456789abcdef0123456789abcdef',
    selector: DEFAULT_LABELS.selectorPrefix,
    publicKey: PLANNED_KEY,
    region,
    labels: DEFAULT_LABELS,
  });
  return RECORD_KINDS.map((kind) => ({ kind, record: records[kind] }));
}

/** The records of a domain by their kinds. */
export function nameWanted(domain: string) {
  const wanted = listWanted(domain);
  return mapKinds((kind) => wanted.find((each) => each.kind === kind)?.record ?? missing());
}

/** Makes a plan, answering what it asks from the world. */
export function planIn(world: PlanWorld): readonly PlannedChange[] {
  const lookups = new Map<string, LookupResult>();
  const { domain, zone, standing, written = [], wanted = listWanted(domain) } = world;
  const limits = world.limits ?? { minTtlSeconds: 60 };
  for (let round = 0; round < 20; round++) {
    const step = planRecords({ rules: RULES, domain, zone, wanted, standing, written, limits, lookups });
    if (step.done) return step.value;
    for (const question of step.ask) lookups.set(questionKey(question), answer(world, question));
  }
  throw new Error('The plan kept asking.');
}

/** What stands after changes were made. */
export function applyTo(standing: readonly RrSet[], changes: readonly RrSetChange[]): RrSet[] {
  const keyOf = ({ name, type }: Pick<RrSet, 'name' | 'type'>) => `${name} ${type}`;
  const sets = new Map(standing.map((set) => [keyOf(set), set]));
  for (const { before, after } of changes) {
    if (before) sets.delete(keyOf(before));
    if (after) sets.set(keyOf(after), after);
  }
  return [...sets.values()];
}

/** What we have written after these changes. */
export function noteAll(written: readonly Publication[], changes: readonly RrSetChange[]): Publication[] {
  const noted = new Map(written.map((each) => [`${each.name} ${each.type}`, each]));
  for (const change of changes) {
    const about = change.before ?? change.after;
    const key = `${about?.name} ${about?.type}`;
    const publication = notePublication(noted.get(key), change);
    if (publication) noted.set(key, publication);
    else noted.delete(key);
  }
  return [...noted.values()];
}

function answer(world: PlanWorld, question: Question): LookupResult {
  const zone = findZone(world, question.name);
  const source = { server: 'ns.example', address: '192.0.2.53', via: 'authoritative', rttMs: 1 } as const;
  const failed = { outcome: 'failed', kind: 'timeout', reason: 'timeout', step: 'answer', source } as const;
  const aliases: string[] = [];
  let name = question.name;
  for (let hops = 0; hops < 8; hops++) {
    const target = findSet(world, name, 'CNAME')?.rdata[0];
    if (target === undefined || world.silent?.includes(name)) break;
    name = readStanding('CNAME', target);
    aliases.push(name);
  }
  const type = question.type === 'MX' ? 'MX' : 'TXT';
  const found = findSet(world, name, type);
  const answers = world.silent?.includes(name) ? [failed as never] : [answerWith(type, found?.rdata ?? [])];
  return { question, aliases, zone: aliases.length === 0 ? zone : undefined, askedZone: zone, answers };
}

function findSet({ standing, elsewhere = [] }: PlanWorld, name: string, type: RrSet['type']): RrSet | undefined {
  const all = [...standing, ...elsewhere];
  const exact = all.find((set) => set.name === name && set.type === type);
  if (exact || all.some((set) => set.name === name || set.name.endsWith(`.${name}`))) return exact;
  return all.find((set) => set.name.startsWith('*.') && name.endsWith(set.name.slice(1)) && set.type === type);
}

function findZone({ zone, cuts = [] }: PlanWorld, name: string) {
  const holders = [...cuts, zone].filter((each) => name === each || name.endsWith(`.${each}`));
  const [holder] = holders.sort((a, b) => b.length - a.length);
  return holder === undefined ? undefined : { name: holder, nameservers: [], dnssec: 'unsigned' as const };
}

function missing(): never {
  throw new Error('There is no such record.');
}
