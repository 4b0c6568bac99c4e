import { type AppError, validationError } from '../errors.ts';
import type { ProviderRegionRules } from '../sending-providers/region-rules.ts';

/** Where mail of a region leaves from: what MAIL FROM must point at, and what its SPF record must allow. */
export interface Region {
  /** The `regionKey` of the API, such as `us-east-1`. */
  readonly key: string;
  /** The host that takes bounces: the exchange of the MAIL FROM MX record. Lower case, without the final dot. */
  readonly mailFromHost: string;
  /** One SPF mechanism without a qualifier (RFC 7208 §5), such as `include:amazonses.com`. */
  readonly spfMechanism: string;
  /** Who sends for this region and is kept in step with its domains; left out, nobody is told of them. */
  readonly provider?: string;
  /** The region in the words of the provider; there where `provider` is. */
  readonly providerRegion?: string;
}

/** A region whose domains are identities at a sending provider. */
export type ServedRegion = Region & Required<Pick<Region, 'provider' | 'providerRegion'>>;

/** Whether a sending provider is kept in step with the domains of a region. */
export function isServedRegion(region: Region | null): region is ServedRegion {
  return region?.provider !== undefined && region.providerRegion !== undefined;
}

const BUILT_IN_KEYS = [
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'ap-south-1',
  'ap-southeast-1',
  'eu-central-1',
  'eu-west-1',
] as const;

/** The regions that exist when no file names others. */
export const BUILT_IN_REGIONS: readonly Region[] = BUILT_IN_KEYS.map((key) => ({
  key,
  mailFromHost: `feedback-smtp.${key}.amazonses.com`,
  spfMechanism: 'include:amazonses.com',
}));

/** Finds a region by its exact key; null when there is none. */
export function findRegion(regions: readonly Region[], key: string): Region | null {
  return regions.find((region) => region.key === key) ?? null;
}

const VARIABLE = 'AUTOSEND_REGIONS_FILE';
const KEY = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const HOST = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;
// A mechanism that names somebody (RFC 7208 §5.2 to §5.7); `all` would allow everyone, and a bare `a` or `mx` would mean
// the customer's own host. Macros (`%{`) are left out: what they mean differs for each message.
const MECHANISM = /^(?:include|a|mx|exists|ip4|ip6):[a-z0-9._:/-]+$/i;
const REQUIRED = ['key', 'mailFromHost', 'spfMechanism'] as const;

/**
 * Parses the content of the regions file: a JSON array of `{ key, mailFromHost, spfMechanism, provider? }`, with the fields
 * of that provider beside it.
 * @param providers the rules of those that a region may name
 * @throws AppError VALIDATION_FAILED that names the entry and the field
 */
export function parseRegions(json: unknown, providers: readonly ProviderRegionRules[]): Region[] {
  if (!Array.isArray(json) || json.length === 0)
    throw invalid(
      'the file must contain a JSON array of at least one region: [{ "key", "mailFromHost", "spfMechanism" }].',
    );
  const regions = json.map((entry: unknown, index) => parseRegion(entry, `entry ${index + 1}`, providers));
  const seen = new Map<string, number>();
  for (const [index, { key }] of regions.entries()) {
    const first = seen.get(key);
    if (first !== undefined)
      throw invalid(`entry ${index + 1}: the key "${key}" is already used by entry ${first + 1}.`);
    seen.set(key, index);
  }
  requireOneForEachPlace(regions, providers);
  return regions;
}

function parseRegion(entry: unknown, where: string, providers: readonly ProviderRegionRules[]): Region {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw invalid(`${where} must be an object with ${REQUIRED.join(', ')}.`);
  const fields = new Map<string, unknown>(Object.entries(entry));
  const known = new Set([...REQUIRED, 'provider', ...providers.map(({ regionField }) => regionField)]);
  const unknown = [...fields.keys()].find((name) => !known.has(name));
  if (unknown !== undefined)
    throw invalid(`${where} has an unknown field ${JSON.stringify(unknown)}. The fields are ${[...known].join(', ')}.`);
  const [key, mailFromHost, spfMechanism] = [readText('key'), readText('mailFromHost'), readText('spfMechanism')];
  const host = mailFromHost.toLowerCase().replace(/\.$/, '');
  if (!KEY.test(key))
    throw invalid(
      `${where}: key ${JSON.stringify(key)} may only contain lowercase letters, digits and hyphens, and can't start or end with a hyphen.`,
    );
  if (!HOST.test(host))
    throw invalid(`${where} (${key}): mailFromHost ${JSON.stringify(mailFromHost)} isn't a host name.`);
  if (!MECHANISM.test(spfMechanism))
    throw invalid(
      `${where} (${key}): spfMechanism ${JSON.stringify(spfMechanism)} must be one SPF mechanism without a qualifier, such as include:spf.example.com.`,
    );
  return { key, mailFromHost: host, spfMechanism, ...readProvider() };

  function readProvider(): Pick<Region, 'provider' | 'providerRegion'> {
    const name = fields.get('provider');
    const alone = providers.find((rules) => fields.has(rules.regionField) && rules.name !== name);
    if (alone) throw invalid(`${where} (${key}): ${alone.regionField} also needs "provider": "${alone.name}".`);
    if (name === undefined) return {};
    const rules = providers.find((each) => each.name === name);
    if (!rules) {
      const names = providers.map((each) => `"${each.name}"`).join(' or ');
      throw invalid(`${where} (${key}): provider must be ${names} or omitted.`);
    }
    const providerRegion = fields.has(rules.regionField) ? readText(rules.regionField) : key;
    const problem = rules.findProblem({ providerRegion, mailFromHost: host });
    if (problem !== null) throw invalid(`${where} (${key}): ${problem}`);
    return { provider: rules.name, providerRegion };
  }

  function readText(field: string): string {
    const value = fields.get(field);
    if (typeof value !== 'string' || value.trim() === '') throw invalid(`${where}: ${field} must be a string.`);
    return value.trim();
  }
}

/** Two entries would move the same identities back and forth. */
function requireOneForEachPlace(regions: readonly Region[], providers: readonly ProviderRegionRules[]): void {
  const places = new Map<string, number>();
  for (const [index, { provider, providerRegion }] of regions.entries()) {
    const rules = providers.find(({ name }) => name === provider);
    if (!rules) continue;
    const place = `${rules.title} in ${providerRegion}`;
    const first = places.get(place);
    if (first !== undefined) throw invalid(`entry ${index + 1}: ${place} is already used by entry ${first + 1}.`);
    places.set(place, index);
  }
}

function invalid(problem: string): AppError {
  return validationError(VARIABLE, `${VARIABLE}: ${problem}`);
}
