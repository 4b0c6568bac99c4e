import type { ServedRegion } from '../../core/records/regions.ts';
import type { SendingProvider } from '../../core/sending-providers/sending-provider.ts';
import type { Context } from '../context.ts';

/** Gets the provider of a region. The configuration names only those that there are. */
export function getProvider(
  { sendingProviders }: Pick<Context, 'sendingProviders'>,
  { key, provider: name }: ServedRegion,
): SendingProvider {
  const provider = sendingProviders[name];
  if (!provider) throw new Error(`Nobody is there for the provider ${name} of the region ${key}.`);
  return provider;
}
