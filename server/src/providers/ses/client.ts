import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { SeenIdentity } from '../../core/sending-providers/identity.ts';
import type { IdentityPage, ProviderAnswer, ProviderKey } from '../../core/sending-providers/sending-provider.ts';
import { readSeenIdentity } from './answers.ts';
import { readSesError } from './faults.ts';

type Sdk = typeof import('@aws-sdk/client-sesv2');

/** The tag by which an identity that we made says whose it is. */
const OWNER_TAG = 'autosend-domains';

/** Amazon SES, API v2, as far as we use it. Every call names the region of AWS first. */
export interface SesClient {
  get(region: string, name: string): Promise<ProviderAnswer<SeenIdentity>>;
  create(region: string, name: string, key: ProviderKey, owner: string): Promise<ProviderAnswer<null>>;
  setDkim(region: string, name: string, key: ProviderKey): Promise<ProviderAnswer<null>>;
  enableSigning(region: string, name: string): Promise<ProviderAnswer<null>>;
  setMailFrom(region: string, name: string, domain: string): Promise<ProviderAnswer<null>>;
  delete(region: string, name: string): Promise<ProviderAnswer<null>>;
  list(region: string, after: string | null): Promise<ProviderAnswer<IdentityPage>>;
  close(): void;
}

/** How SES is reached. */
export interface SesSettings {
  /** Another address, for tests. */
  readonly endpoint?: string | undefined;
  /** How long one call may take; well below the lease of whoever makes it. */
  readonly timeoutMs?: number;
  /** Ends the calls under way. */
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 10_000;
const PAGE = 500;

/**
 * Creates the client. The SDK is loaded at the first call, so that whoever does not use SES does not wait for it at every
 * start. It finds the credentials by its usual chain, and does not repeat calls: when to repeat is decided in one place, ours.
 */
export function createSesClient({ endpoint, timeoutMs = TIMEOUT_MS, signal }: SesSettings = {}): SesClient {
  let loading: Promise<Sdk> | undefined;
  const clients = new Map<string, SESv2Client>();

  const findClient = (sdk: Sdk, region: string): SESv2Client => {
    const known = clients.get(region);
    if (known) return known;
    const client = new sdk.SESv2Client({ region, maxAttempts: 1, ...(endpoint !== undefined && { endpoint }) });
    clients.set(region, client);
    return client;
  };

  async function call<T>(
    region: string,
    send: (sdk: Sdk, client: SESv2Client, options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<ProviderAnswer<T>> {
    loading ??= import('@aws-sdk/client-sesv2');
    const sdk = await loading;
    const timeout = AbortSignal.timeout(timeoutMs);
    const abortSignal = signal ? AbortSignal.any([signal, timeout]) : timeout;
    try {
      return { outcome: 'done', value: await send(sdk, findClient(sdk, region), { abortSignal }) };
    } catch (error) {
      const refusal = readSesError(error);
      // The credentials may be renewed meanwhile: the next call reads them anew. Other calls still use this client.
      if (refusal.outcome === 'unauthorized') clients.delete(region);
      return refusal;
    }
  }

  const signing = ({ selector, privateKey }: ProviderKey) => ({
    DomainSigningSelector: selector,
    DomainSigningPrivateKey: privateKey,
  });

  return {
    get: (region, EmailIdentity) =>
      call(region, async (sdk, client, options) =>
        readSeenIdentity(await client.send(new sdk.GetEmailIdentityCommand({ EmailIdentity }), options), OWNER_TAG),
      ),
    create: (region, EmailIdentity, key, owner) =>
      call(region, async (sdk, client, options) => {
        const Tags = [{ Key: OWNER_TAG, Value: owner }];
        const input = { EmailIdentity, Tags, DkimSigningAttributes: signing(key) };
        await client.send(new sdk.CreateEmailIdentityCommand(input), options);
        return null;
      }),
    setDkim: (region, EmailIdentity, key) =>
      call(region, async (sdk, client, options) => {
        const input = {
          EmailIdentity,
          SigningAttributesOrigin: 'EXTERNAL',
          SigningAttributes: signing(key),
        } as const;
        await client.send(new sdk.PutEmailIdentityDkimSigningAttributesCommand(input), options);
        return null;
      }),
    enableSigning: (region, EmailIdentity) =>
      call(region, async (sdk, client, options) => {
        const input = { EmailIdentity, SigningEnabled: true };
        await client.send(new sdk.PutEmailIdentityDkimAttributesCommand(input), options);
        return null;
      }),
    setMailFrom: (region, EmailIdentity, MailFromDomain) =>
      call(region, async (sdk, client, options) => {
        // Without our MX record mail leaves with a return path of amazonses.com; the other choice is that it does not leave.
        const input = { EmailIdentity, MailFromDomain, BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' } as const;
        await client.send(new sdk.PutEmailIdentityMailFromAttributesCommand(input), options);
        return null;
      }),
    delete: (region, EmailIdentity) =>
      call(region, async (sdk, client, options) => {
        await client.send(new sdk.DeleteEmailIdentityCommand({ EmailIdentity }), options);
        return null;
      }),
    list: (region, after) =>
      call(region, async (sdk, client, options) => {
        const input = { PageSize: PAGE, ...(after !== null && { NextToken: after }) };
        const { EmailIdentities = [], NextToken } = await client.send(
          new sdk.ListEmailIdentitiesCommand(input),
          options,
        );
        const names = EmailIdentities.flatMap(({ IdentityType, IdentityName }) =>
          IdentityType === 'DOMAIN' && IdentityName !== undefined ? [IdentityName.toLowerCase()] : [],
        );
        return { names, next: NextToken ?? null };
      }),
    close() {
      for (const client of clients.values()) client.destroy();
      clients.clear();
    },
  };
}
