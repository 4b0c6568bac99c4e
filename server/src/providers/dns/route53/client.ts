import type { Route53Client, Route53ClientConfig } from '@aws-sdk/client-route-53';
import { percentEncode } from '../../../core/percent-encoding.ts';
import type { DnsProviderAnswer, ProviderTools } from '../../../core/publishing/dns-provider.ts';
import { findBatchMessages, RequestFailed, readInvalidBatch, readRoute53Fault } from './faults.ts';
import type { Pace } from './pace.ts';

type Sdk = typeof import('@aws-sdk/client-route-53');
type RequestHandler = Route53Client['config']['requestHandler'];
type HttpRequest = Parameters<RequestHandler['handle']>[0];

/** One command: what is sent, with the SDK that was loaded for it. */
export type Route53Command<T> = (
  sdk: Sdk,
  client: Route53Client,
  options: { readonly abortSignal: AbortSignal },
) => Promise<T>;

/** Route 53, with one account's credentials. */
export interface Route53Caller {
  call<T>(command: Route53Command<T>, signal: AbortSignal): Promise<DnsProviderAnswer<T>>;
}

/** How it is reached. */
export interface Route53Access {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Another address; the public one where it is empty. */
  readonly endpoint: string;
}

const DEFAULT_ENDPOINT = 'https://route53.amazonaws.com';
/** Route 53 has no regions, and its signatures one for each partition of AWS. */
const SIGNING_REGIONS = [
  ['.amazonaws.com.cn', 'cn-northwest-1'],
  ['.us-gov.amazonaws.com', 'us-gov-west-1'],
] as const;
const USUAL_REGION = 'us-east-1';
/** Of a request that was throttled nothing was carried out: it may be sent again. */
const THROTTLED_TRIES = 3;
const THROTTLED_WAIT_MS = 1_000;

/** Creates the client. The SDK is loaded at the first call; its requests go through our tools, and it repeats none. */
export function createRoute53Caller(access: Route53Access, tools: ProviderTools, pace: Pace): Route53Caller {
  let loading: Promise<{ sdk: Sdk; client: Route53Client }> | undefined;

  const load = async () => {
    const sdk = await import('@aws-sdk/client-route-53');
    return { sdk, client: new sdk.Route53Client(buildConfiguration(access, tools)) };
  };

  async function callOnce<T>(command: Route53Command<T>, signal: AbortSignal): Promise<DnsProviderAnswer<T>> {
    loading ??= load();
    const { sdk, client } = await loading;
    await pace.wait(tools.clock, signal);
    try {
      return { outcome: 'done', value: await command(sdk, client, { abortSignal: signal }) };
    } catch (error) {
      return readRoute53Fault(error);
    }
  }

  return {
    async call(command, signal) {
      let answer = await callOnce(command, signal);
      for (let tried = 1; answer.outcome === 'throttled' && tried < THROTTLED_TRIES && !signal.aborted; tried++) {
        await tools.clock.sleep(THROTTLED_WAIT_MS * tried, signal);
        answer = await callOnce(command, signal);
      }
      return answer;
    },
  };
}

/** Says everything that the SDK would look for in the environment and in files of the system's user. */
function buildConfiguration(
  { accessKeyId, secretAccessKey, endpoint }: Route53Access,
  tools: ProviderTools,
): Route53ClientConfig {
  const address = endpoint === '' ? DEFAULT_ENDPOINT : endpoint;
  const { hostname } = new URL(address);
  return {
    endpoint: address,
    region: SIGNING_REGIONS.find(([ending]) => hostname.endsWith(ending))?.[1] ?? USUAL_REGION,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    userAgentAppId: '',
    requestHandler: buildRequestHandler(tools),
  };
}

/** Lets the SDK's requests go where all of ours go: addresses, time and size are limited there. */
function buildRequestHandler(tools: ProviderTools): RequestHandler {
  return {
    async handle(request, options = {}) {
      const given = 'abortSignal' in options ? options.abortSignal : undefined;
      const signal = given instanceof AbortSignal ? given : new AbortController().signal;
      const reply = await tools.send({
        method: request.method as 'GET' | 'POST',
        url: formatUrl(request),
        headers: request.headers,
        ...(request.body !== undefined && { body: Buffer.from(request.body).toString('utf8') }),
        signal,
      });
      if (reply.outcome !== 'done') throw new RequestFailed(reply);
      const { status: statusCode, headers, body } = reply;
      const messages = statusCode < 400 ? null : findBatchMessages(body);
      if (messages) throw new RequestFailed(readInvalidBatch(messages));
      return { response: { statusCode, headers, body: Buffer.from(body) } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

/** As it was signed: every octet is escaped that RFC 3986 doesn't leave unreserved. */
function formatUrl({ protocol, hostname, port, path, query }: HttpRequest): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map(
      (each: string | null) => `${percentEncode(name)}=${percentEncode(each ?? '')}`,
    ),
  );
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}${parts.length > 0 ? `?${parts.join('&')}` : ''}`;
}
