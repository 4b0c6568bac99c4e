import type { ProjectId } from '../../core/ids.ts';
import type { DnsProvider, DnsProviderAnswer, DnsProviderProblem } from '../../core/publishing/dns-provider.ts';
import {
  type DnsProviderName,
  PROVIDER_TABLE,
  type ProviderSetting,
  type SettingKind,
} from '../../core/publishing/provider-table.ts';
import type { ReadSettings } from '../../core/publishing/settings.ts';
import type { ProviderOperation } from '../../core/publishing/words.ts';
import * as table from '../../db/queries/dns-connections.ts';
import type { Context } from '../context.ts';
import { dnsConnectionContext } from '../node/key-sealing.ts';
import { createProviderTools, type ToolContext } from './provider-tools.ts';

/** What opening a connection takes. */
export type OpeningContext = ToolContext & Pick<Context, 'db' | 'secretBox' | 'dnsProviders'>;

const MAX_DETAIL = 300;
const REDACTED = '[redacted]';

/** Makes the adapter of a kind of provider; null where this program has none. Nothing of it is noted anywhere. */
export function createAdapter(
  ctx: ToolContext & Pick<Context, 'dnsProviders'>,
  provider: DnsProviderName,
  { open, secret }: ReadSettings,
  owner: ProjectId | null,
): DnsProvider | null {
  const create = ctx.dnsProviders[provider];
  if (!create) return null;
  const tools = createProviderTools(ctx, { isOfInstance: owner === null, isNamed: namesServer(provider, open) });
  const adapter = create({ ...open, ...secret }, tools);
  return observe(adapter, (_operation, answer) => hideSecrets(answer, Object.values(secret)));
}

const ADDRESS_KINDS: ReadonlySet<SettingKind> = new Set(['host', 'url', 'https_url']);

/** Whether the settings say which server is asked. */
function namesServer(provider: DnsProviderName, open: ReadSettings['open']): boolean {
  const settings: Readonly<Record<string, ProviderSetting>> = PROVIDER_TABLE[provider].settings;
  return Object.entries(settings).some(([name, { kind }]) => ADDRESS_KINDS.has(kind) && (open[name] ?? '') !== '');
}

/**
 * Opens a connection: the provider with its credentials. What comes of each call is noted in the connection's row, as its last
 * success or its last error.
 */
export function openProvider(ctx: OpeningContext, connection: table.StoredDnsConnection): DnsProvider {
  const { id, provider, settings: open, projectId } = connection;
  const secret = openSecrets(ctx, connection);
  const adapter = createAdapter(ctx, provider, { open, secret }, projectId);
  if (!adapter) throw new Error(`There is no adapter for ${provider}.`);
  return observe(adapter, async (operation, answer) => {
    await note(ctx, id, operation, answer);
    return answer;
  });
}

function openSecrets(
  { secretBox }: Pick<Context, 'secretBox'>,
  { id, secretsSealed }: table.StoredDnsConnection,
): Readonly<Record<string, string>> {
  const opened = secretBox.open(secretsSealed, dnsConnectionContext(id));
  try {
    return JSON.parse(opened.toString('utf8'));
  } finally {
    opened.fill(0);
  }
}

/** Seals the secret settings for the row of a connection. */
export function sealSecrets(
  { secretBox }: Pick<Context, 'secretBox'>,
  id: string,
  secret: Readonly<Record<string, string>>,
): Pick<table.StoredDnsConnection, 'secretsSealed' | 'secretKeyId'> {
  const secretsSealed = secretBox.seal(Buffer.from(JSON.stringify(secret)), dnsConnectionContext(id));
  return { secretsSealed, secretKeyId: secretBox.keyId };
}

type Observer = <T>(
  operation: ProviderOperation,
  answer: DnsProviderAnswer<T>,
) => DnsProviderAnswer<T> | Promise<DnsProviderAnswer<T>>;

/** The same provider, whose answers pass through `see`. */
function observe(provider: DnsProvider, see: Observer): DnsProvider {
  return {
    limits: provider.limits,
    listZones: async (...given) => see('listZones', await provider.listZones(...given)),
    findZone: async (...given) => see('findZone', await provider.findZone(...given)),
    read: async (...given) => see('read', await provider.read(...given)),
    write: async (...given) => see('write', await provider.write(...given)),
  };
}

/** Some providers repeat what they were sent: what is told of a problem goes into logs, pages and answers. */
function hideSecrets<T>(answer: DnsProviderAnswer<T>, secrets: readonly string[]): DnsProviderAnswer<T> {
  if (answer.outcome === 'done') return answer;
  const hidden = secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, REDACTED), answer.detail);
  // The database can't hold U+0000 nor half of a character, and a terminal obeys others.
  return {
    ...answer,
    detail: hidden
      .replaceAll(/\p{Cc}+/gu, ' ')
      .slice(0, MAX_DETAIL)
      .toWellFormed(),
  };
}

async function note(
  ctx: Pick<Context, 'db' | 'realClock'>,
  id: string,
  operation: ProviderOperation,
  answer: DnsProviderAnswer<unknown>,
): Promise<void> {
  const now = ctx.realClock.now();
  if (answer.outcome === 'done') return table.noteConnectionSuccess(ctx.db, id, now);
  if (isOfConnection(answer)) {
    const { outcome, detail } = answer;
    await table.noteConnectionError(ctx.db, id, now, { outcome, operation, detail });
  }
}

/** Whether a problem says something of the connection: that somebody changed a record, or that one isn't taken, doesn't. */
function isOfConnection({ outcome }: DnsProviderProblem): boolean {
  return outcome !== 'changed' && outcome !== 'refused_record';
}
