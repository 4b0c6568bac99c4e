import { systemClock } from '../../../src/compose.ts';
import type { DnsProvider, ProviderTools, ProviderZone } from '../../../src/core/publishing/dns-provider.ts';
import { type HttpsStub, type StubReply, type StubRequest, startHttpsStub } from './https-stub.ts';
import { createLocalTools } from './local-tools.ts';
import { createTestAuthority, type TestAuthority } from './test-authority.ts';

/** The zone that every bench has. */
export const ZONE_NAME = 'example.com';
/** Tokens of a bench: the stub knows the first two. */
export const TOKENS = { write: 'w'.repeat(40), read: 'r'.repeat(40), revoked: 'x'.repeat(40) } as const;

/** An adapter on the stub of its provider. */
export interface ApiBench {
  readonly authority: TestAuthority;
  readonly stub: HttpsStub;
  /** Gives the adapter with one of the tokens. */
  open(token?: string): DnsProvider;
  close(): Promise<void>;
}

/**
 * Starts the stub of a provider that takes a token.
 * @param options.basePath the path at which its API begins
 */
export async function startApiBench(options: {
  readonly host: string;
  readonly basePath: string;
  readonly answer: (request: StubRequest) => StubReply;
  readonly create: (settings: Readonly<Record<string, string>>, tools: ProviderTools) => DnsProvider;
}): Promise<ApiBench> {
  const { host, basePath, answer, create } = options;
  const authority = await createTestAuthority();
  const stub = await startHttpsStub({ authority, host, answer });
  const tools = { ...createLocalTools({ ca: authority.ca }), clock: createSleeplessClock() };
  return {
    authority,
    stub,
    open: (token = TOKENS.write) => create({ token, endpoint: `${stub.url}${basePath}` }, tools),
    async close() {
      await stub.close();
      await authority.close();
    },
  };
}

/** A clock on which whoever sleeps wakes up at once, that much later. */
function createSleeplessClock(): ProviderTools['clock'] {
  let monotonicMs = 0;
  return {
    ...systemClock,
    monotonicMs: () => monotonicMs,
    async sleep(ms) {
      monotonicMs += ms;
    },
  };
}

/** Whether a request would change something. */
export function isWrite({ method }: Pick<StubRequest, 'method'>): boolean {
  return method !== 'GET';
}

/** Opens the zone of a bench. */
export async function openZone(provider: DnsProvider): Promise<ProviderZone> {
  const answer = await provider.findZone(ZONE_NAME, new AbortController().signal);
  if (answer.outcome !== 'done' || !answer.value) throw new Error(`No zone: ${JSON.stringify(answer)}`);
  return answer.value;
}
