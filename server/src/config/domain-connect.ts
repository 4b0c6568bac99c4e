import { CONNECT_PROVIDERS, type ConnectProvider, readOrigins } from '../core/domain-connect/connect-providers.ts';
import { validationError } from '../core/errors.ts';
import { PREFIX } from './variables.ts';

/** What this operator's Domain Connect template is called, where its key is, and whose pages people are sent to. */
export type DomainConnectConfig = Readonly<{
  providerId: string;
  serviceId: string;
  /** The domain below which the TXT records with the public key are. */
  pubKeyDomain: string;
  providers: readonly ConnectProvider[];
}>;

interface Given {
  readonly DOMAIN_CONNECT_PROVIDER_ID?: string | undefined;
  readonly DOMAIN_CONNECT_SERVICE_ID?: string | undefined;
  readonly DOMAIN_CONNECT_SYNC_PUBKEY_DOMAIN?: string | undefined;
  readonly DOMAIN_CONNECT_ORIGINS?: string | undefined;
}

const DEFAULT_SERVICE_ID = 'email';

/** Undefined where the operator has no template: then nobody is asked and no link is offered. @throws AppError VALIDATION_FAILED */
export function readDomainConnect(v: Given): DomainConnectConfig | undefined {
  const { DOMAIN_CONNECT_PROVIDER_ID: providerId, DOMAIN_CONNECT_ORIGINS: origins } = v;
  const further = ['DOMAIN_CONNECT_SERVICE_ID', 'DOMAIN_CONNECT_SYNC_PUBKEY_DOMAIN', 'DOMAIN_CONNECT_ORIGINS'] as const;
  if (providerId === undefined) {
    const given = further.find((name) => v[name] !== undefined);
    if (given === undefined) return undefined;
    throw validationError(
      `${PREFIX}DOMAIN_CONNECT_PROVIDER_ID`,
      `${PREFIX}DOMAIN_CONNECT_PROVIDER_ID is missing: without it there is no template, and ${PREFIX}${given} has no effect.`,
    );
  }
  const read = origins === undefined ? { providers: [] } : readOrigins(origins);
  if ('fault' in read)
    throw validationError(
      `${PREFIX}DOMAIN_CONNECT_ORIGINS`,
      `${PREFIX}DOMAIN_CONNECT_ORIGINS: ${read.fault} Separate several with commas; each can be followed by "=" and a name.`,
    );
  return Object.freeze({
    providerId,
    serviceId: v.DOMAIN_CONNECT_SERVICE_ID ?? DEFAULT_SERVICE_ID,
    pubKeyDomain: v.DOMAIN_CONNECT_SYNC_PUBKEY_DOMAIN ?? providerId.toLowerCase(),
    // An operator's own name for an origin is before the one that we know it by.
    providers: [...read.providers, ...CONNECT_PROVIDERS],
  });
}
