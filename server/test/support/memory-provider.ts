import type { SeenIdentity } from '../../src/core/sending-providers/identity.ts';
import type {
  ProviderAnswer,
  ProviderKey,
  SendingProvider,
} from '../../src/core/sending-providers/sending-provider.ts';

/** An identity of a provider that keeps its identities in memory. */
export interface MemoryIdentity {
  readonly owner: string | null;
  key: ProviderKey | null;
  mailFromDomain: string | null;
}

/** A sending provider without a network, for the seam: it has nothing in common with the one that the service ships. */
export interface MemoryProvider extends SendingProvider {
  /** The identities of all regions, by `region/name`. */
  readonly identities: Map<string, MemoryIdentity>;
  /** Makes the next call come to this. */
  failNext(fault: ProviderAnswer<never>): void;
}

const done = <T>(value: T): ProviderAnswer<T> => ({ outcome: 'done', value });

/** Creates one. It finds DNS records at once, and takes keys of any size. */
export function createMemoryProvider(): MemoryProvider {
  const identities = new Map<string, MemoryIdentity>();
  let next: ProviderAnswer<never> | null = null;
  const answer = async <T>(make: () => ProviderAnswer<T>): Promise<ProviderAnswer<T>> => {
    const fault = next;
    next = null;
    return fault ?? make();
  };
  return {
    identities,
    failNext(fault) {
      next = fault;
    },
    title: 'Memory Mail',
    pace: { betweenMs: 10, afterFaultMs: { throttled: 20, unreachable: 20, unauthorized: 20, refused: 10 } },
    read: ({ region, name }) =>
      answer(() => {
        const found = identities.get(`${region}/${name}`);
        return found ? done(describe(found)) : { outcome: 'absent' };
      }),
    plan({ region, name }, wanted, seen, { owner, givenKeyId }) {
      const id = `${region}/${name}`;
      const isOurs = seen !== null && seen.owner === owner;
      if (wanted === null) {
        const remove = () =>
          answer(() => {
            identities.delete(id);
            return done(null);
          });
        return { steps: isOurs ? [{ givesKey: false, take: remove }] : [], rest: 'gone' };
      }
      if (seen !== null && !isOurs) return { steps: [], rest: 'waiting' };
      if (givenKeyId === wanted.keyId && seen !== null) return { steps: [], rest: 'ready' };
      const put = (openKey: () => ProviderKey) =>
        answer(() => {
          identities.set(id, { owner, key: openKey(), mailFromDomain: wanted.mailFromDomain });
          return done(null);
        });
      return { steps: [{ givesKey: true, take: put }], rest: 'checking' };
    },
    list: (region) =>
      answer(() => {
        const names = [...identities.keys()].filter((id) => id.startsWith(`${region}/`));
        return done({ names: names.map((id) => id.slice(region.length + 1)), next: null });
      }),
    waitAfterFault: (_fault, attempt) => attempt * 1_000,
    waitAfterCheck: () => 60_000,
    explain: ({ state }) => (state === 'ready' ? null : `Memory Mail is ${state}.`),
    close: () => undefined,
  };
}

function describe({ owner, key, mailFromDomain }: MemoryIdentity): SeenIdentity {
  return {
    isVerifiedForSending: true,
    dkim: { isBrought: key !== null, isEnabled: true, status: 'SUCCESS', selector: key?.selector ?? null },
    mailFrom: { domain: mailFromDomain, status: mailFromDomain === null ? null : 'SUCCESS' },
    owner,
  };
}
