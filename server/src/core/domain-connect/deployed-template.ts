import type { TemplateId } from './apply-link.ts';
import { parseObject } from './discovery.ts';
import type { TemplateRecord } from './template.ts';

/** What a provider has of the template: nothing more than that it has one, or the groups that make the very records that ours make. */
export interface Deployed {
  readonly version: number | null;
  /** Null where the provider doesn't show the template. */
  readonly groups: readonly string[] | null;
}

/** The fields in which a record of a template says what it makes. */
const MEANT = ['type', 'host', 'data', 'pointsTo', 'spfRules', 'priority', 'groupId'] as const;

/**
 * Reads what a provider answered with 200. It may be empty, a version, or the whole template; of a whole one a group counts
 * where it makes the very records that ours makes, and none besides.
 * @returns null where it is a template of somebody else, or one that makes more than was chosen
 */
export function readDeployed(
  body: string,
  ours: TemplateId & { readonly records: readonly TemplateRecord[] },
): Deployed | null {
  const json = body.trim() === '' ? null : parseObject(body);
  if (!json) return { version: null, groups: null };
  for (const name of ['providerId', 'serviceId'] as const) {
    const value = json.get(name);
    if (value !== undefined && value !== ours[name]) return null;
  }
  const version = json.get('version');
  const told = typeof version === 'number' && Number.isSafeInteger(version) ? version : null;
  const records = json.get('records');
  if (!Array.isArray(records)) return { version: told, groups: null };
  const groups = findSameGroups(records, ours.records);
  return groups && groups.length > 0 ? { version: told, groups } : null;
}

function findSameGroups(theirs: readonly unknown[], ours: readonly TemplateRecord[]): readonly string[] | null {
  const applied = new Map<string, string[]>();
  for (const record of theirs) {
    const fields = new Map<string, unknown>(Object.entries(record ?? {}));
    const group = fields.get('groupId');
    // A record without a group comes with every link.
    if (typeof group !== 'string' || group === '') return null;
    applied.set(group, [...(applied.get(group) ?? []), describe([...fields])]);
  }
  return [...new Set(ours.map(({ groupId }) => groupId))].filter((group) => {
    const meant = ours.filter(({ groupId }) => groupId === group).map((record) => describe(Object.entries(record)));
    return JSON.stringify(applied.get(group)?.sort()) === JSON.stringify(meant.sort());
  });
}

function describe(fields: readonly (readonly [string, unknown])[]): string {
  const values = new Map(fields);
  return JSON.stringify(MEANT.map((name) => String(values.get(name) ?? '')));
}
