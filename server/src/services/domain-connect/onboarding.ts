import { formatTemplateUrl } from '../../core/domain-connect/apply-link.ts';
import type { ConnectProvider } from '../../core/domain-connect/connect-providers.ts';
import { readDeployed } from '../../core/domain-connect/deployed-template.ts';
import { buildTemplateRecords } from '../../core/domain-connect/template.ts';
import { AppError } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import type { DomainConnectSetup } from '../ports.ts';
import { askProvider } from './ask-provider.ts';
import { checkKeyRecord, type KeyStanding, listSigningKeys } from './signing-keys.ts';

/** Whether a provider has the template: as it is here, at least some of its groups, another one, none, or it didn't say. */
export type OnboardState = 'on_board' | 'partly' | 'other_template' | 'not_on_board' | 'unreachable';

/** One provider that takes links, and how it stands to the template. */
export interface Onboarding {
  readonly provider: Pick<ConnectProvider, 'id' | 'name'>;
  readonly state: OnboardState;
  /** Which version it has; null where it doesn't say. */
  readonly version: number | null;
}

/** The operator's template. @throws AppError VALIDATION_FAILED where the configuration names none */
export function requireConnectSetup({ domainConnect }: Pick<Context, 'domainConnect'>): DomainConnectSetup {
  if (domainConnect) return domainConnect;
  throw new AppError(
    'VALIDATION_FAILED',
    'Set AUTOSEND_DOMAIN_CONNECT_PROVIDER_ID to the domain that your Domain Connect template is published under. See docs/dns-publishing.md.',
  );
}

/** Asks each provider that can be asked without a zone whether it has the template. */
export async function checkOnboarding(ctx: Context, setup: DomainConnectSetup): Promise<readonly Onboarding[]> {
  const records = buildTemplateRecords({ ...setup, labels: ctx.labels, regions: ctx.regions, keysZone: ctx.keysZone });
  const groups = new Set(records.map(({ groupId }) => groupId));
  const asked = setup.providers.flatMap(({ apiUrl, ...provider }) => (apiUrl === null ? [] : [{ apiUrl, provider }]));
  return Promise.all(
    asked.map(async ({ apiUrl, provider: { id, name } }): Promise<Onboarding> => {
      const provider = { id, name };
      const answer = await askProvider(ctx, formatTemplateUrl(apiUrl, setup));
      if (answer.outcome === 'absent') return { provider, state: 'not_on_board', version: null };
      if (answer.outcome !== 'answered') return { provider, state: 'unreachable', version: null };
      const deployed = readDeployed(answer.body, { ...setup, records });
      if (!deployed) return { provider, state: 'other_template', version: null };
      const isWhole = deployed.groups === null || deployed.groups.length === groups.size;
      return { provider, state: isWhole ? 'on_board' : 'partly', version: deployed.version };
    }),
  );
}

/** Checks whether the public half of each key is in DNS, newest first. */
export async function checkSigningKeys(ctx: Context, setup: DomainConnectSetup): Promise<readonly KeyStanding[]> {
  const keys = await listSigningKeys(ctx, setup);
  const budget = ctx.dns.startBudget({ signal: ctx.stopping, force: true });
  return Promise.all(
    keys.map(async ({ publicKey, ...key }) => {
      const { host, name, texts } = key;
      return { host, name, texts, state: await checkKeyRecord(ctx, { name, publicKey }, budget) };
    }),
  );
}
