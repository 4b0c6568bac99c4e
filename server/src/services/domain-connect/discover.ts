/*
 * Domain Connect: what is asked of others. `discover.ts` finds whether a domain's DNS provider takes links (`find-zone.ts`,
 * `ask-provider.ts`), `planned-groups.ts` what a link has to bring, `signing-keys.ts` keeps the keys that links are signed
 * with, `setup-link.ts` builds the link, and `way-back.ts` receives whoever comes back. The rules are in
 * `core/domain-connect/`.
 */

import { joinTxt, recordsOfType } from '../../core/answers/dns-answer.ts';
import { formatTemplateUrl } from '../../core/domain-connect/apply-link.ts';
import { type ConnectProvider, findByOrigin } from '../../core/domain-connect/connect-providers.ts';
import { readDeployed } from '../../core/domain-connect/deployed-template.ts';
import {
  findStale,
  findWithoutRecord,
  formatSettingsUrl,
  parseDiscoveryRecord,
  parseSettings,
  type SettingsPlace,
} from '../../core/domain-connect/discovery.ts';
import type { ConnectReason } from '../../core/domain-connect/reasons.ts';
import { buildTemplateRecords } from '../../core/domain-connect/template.ts';
import type { Budget } from '../../dns/budget.ts';
import type { Context } from '../context.ts';
import type { Discovery, DomainConnectSetup } from '../ports.ts';
import { askProvider } from './ask-provider.ts';
import { findHoldingZone, type HoldingZone } from './find-zone.ts';

type DiscoverContext = Pick<
  Context,
  | 'clock'
  | 'dns'
  | 'dnsSettings'
  | 'sendHttp'
  | 'dnsProviderPolicy'
  | 'stopping'
  | 'labels'
  | 'regions'
  | 'keysZone'
  | 'discoveries'
  | 'settingsHosts'
>;

/** For so long it isn't asked again: a person looks at a page, and others at the same one. */
const KNOWN_MS = 5 * 60_000;
const FAILED_MS = 30_000;
const TRANSIENT: ReadonlySet<ConnectReason | null> = new Set([
  'lookup_failed',
  'zone_not_found',
  'unreachable',
  'asked_often',
]);

/** Finds whether the DNS provider of a domain takes links with the operator's template. */
export async function discoverProvider(
  ctx: DiscoverContext,
  setup: DomainConnectSetup,
  domainName: string,
  budget: Budget,
): Promise<Discovery> {
  const zone = await findHoldingZone(ctx, domainName, budget);
  if (!zone) return { reason: 'zone_not_found', provider: null };
  return ctx.discoveries.run(zone.apex, async () => {
    const value = await discoverAt(ctx, setup, zone, budget);
    return { value, forMs: TRANSIENT.has(value.reason) ? FAILED_MS : KNOWN_MS };
  });
}

async function discoverAt(
  ctx: DiscoverContext,
  setup: DomainConnectSetup,
  zone: HoldingZone,
  budget: Budget,
): Promise<Discovery> {
  const named = await readRecord(ctx, setup, zone, budget);
  const byRecord = typeof named === 'string' ? fail(named) : await ask(ctx, setup, zone, named);
  if (byRecord.reason !== 'no_record' && byRecord.reason !== 'not_here') return byRecord;
  // A record that is missing, or was left behind: then the name servers say whose zone it is, where that provider's lack one.
  const known = findWithoutRecord(zone.nameservers, setup.providers);
  const place = known && parseDiscoveryRecord(known.settings, setup.providers);
  const isOther = place && JSON.stringify(place) !== JSON.stringify(named);
  return isOther ? ask(ctx, setup, zone, place) : byRecord;
}

async function readRecord(
  ctx: DiscoverContext,
  setup: DomainConnectSetup,
  { apex }: HoldingZone,
  budget: Budget,
): Promise<SettingsPlace | ConnectReason> {
  const question = { name: `_domainconnect.${apex}`, type: 'TXT', servers: 'any' } as const;
  const { answers } = await ctx.dns.lookup(question, { budget, startAt: apex });
  const usable = answers.find(({ outcome }) => outcome !== 'failed');
  if (!usable) return 'lookup_failed';
  const texts = (recordsOfType(usable, 'TXT') ?? []).map(joinTxt);
  if (texts.length === 0) return 'no_record';
  const places = texts.flatMap((text) => parseDiscoveryRecord(text, setup.providers) ?? []);
  const [first] = places;
  const isOne = first && places.every(({ host, path }) => host === first.host && path === first.path);
  return isOne ? first : 'bad_record';
}

async function ask(
  ctx: DiscoverContext,
  setup: DomainConnectSetup,
  { apex, nameservers }: HoldingZone,
  place: SettingsPlace,
): Promise<Discovery> {
  const answer = await askProvider(ctx, formatSettingsUrl(place, apex));
  if (answer.outcome === 'absent') return fail('not_here');
  if (answer.outcome !== 'answered') return fail(answer.outcome);
  const settings = parseSettings(answer.body, setup.providers);
  if (!settings) return fail('bad_settings');
  const { syncUrl, apiUrl } = settings;
  const provider = syncUrl === null ? null : findByOrigin(setup.providers, new URL(syncUrl).origin);
  if (findStale(settings, provider, nameservers) !== null) return fail('not_here');
  if (syncUrl === null) return fail('no_sync_flow');
  if (!provider) return fail('provider_not_listed');
  const template = await askProvider(ctx, formatTemplateUrl(apiUrl, setup));
  if (template.outcome === 'absent') return fail('template_not_onboarded', provider);
  if (template.outcome !== 'answered') return fail(template.outcome, provider);
  const records = buildTemplateRecords({ ...setup, labels: ctx.labels, regions: ctx.regions, keysZone: ctx.keysZone });
  const deployed = readDeployed(template.body, { ...setup, records });
  if (!deployed) return fail('template_not_ours', provider);
  return { reason: null, apex, provider, syncUrl, deployed };
}

function fail(reason: ConnectReason, provider: ConnectProvider | null = null): Discovery {
  return { reason, provider };
}
