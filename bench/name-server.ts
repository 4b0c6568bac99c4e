import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../server/src/compose.ts';
import type { DomainId, DomainName, ProjectId } from '../server/src/core/ids.ts';
import { INITIAL_STATE } from '../server/src/core/lifecycle/status.ts';
import { DEFAULT_LABELS } from '../server/src/core/records/record-input.ts';
import { BUILT_IN_REGIONS, type Region } from '../server/src/core/records/regions.ts';
import { createDkimKey } from '../server/src/crypto/dkim-keys.ts';
import type { StoredDomain } from '../server/src/db/queries/domains.ts';
import { createDns, type Dns } from '../server/src/dns/lookup.ts';
import type { Target } from '../server/src/dns/udp/sockets.ts';
import { buildRecordsOf } from '../server/src/services/domain-object/domain-records.ts';
import { explainMissing } from '../server/test/support/daemon.ts';
import {
  findSharedPort,
  type RealServer,
  startNameServer,
  startResolver,
} from '../server/test/support/dns/real-name-servers.ts';
import type { DelayOptions } from './delay.ts';

/** NSD with a zone in which every domain of the figure has its five records, and Unbound, which finds that zone there. */
export interface BenchNameServer {
  readonly target: Target;
  readonly resolver: Target;
  readonly domains: readonly StoredDomain[];
  openDns(): Dns;
  close(): Promise<void>;
}

const ADDRESS = '127.0.0.41';
const RESOLVER_ADDRESS = '127.0.0.42';
const FAR_ADDRESS = '127.0.0.43';
const ZONE = 'bench.example';
const HOST = `ns1.${ZONE}`;

/**
 * Starts both with `count` domains, d0.bench.example and so on.
 * @param roundTripMs how far away the name server is to seem
 * @throws Error where one is not installed
 */
export async function startBenchNameServer(count: number, roundTripMs = 0): Promise<BenchNameServer> {
  const missing = explainMissing(['nsd', 'unbound']);
  if (missing) throw new Error(`This figure ${missing}`);
  const { publicKey } = await createDkimKey();
  const domains = Array.from({ length: count }, (_, index) => buildDomain(`d${index}.${ZONE}`, publicKey));
  const folder = await mkdtemp(join(tmpdir(), 'autosend-bench-'));
  const running: Pick<RealServer, 'stop'>[] = [];
  const close = async () => {
    for (const server of running) await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const port = await findSharedPort([ADDRESS, RESOLVER_ADDRESS, FAR_ADDRESS]);
    const records = domains.flatMap((domain) => Object.values(buildRecordsOf(domain)));
    const zone = {
      name: ZONE,
      serial: 1,
      nameservers: [HOST],
      records: [{ name: HOST, type: 'A' as const, value: ADDRESS }, ...records],
    };
    const target = { address: ADDRESS, port };
    const server = roundTripMs > 0 ? { address: FAR_ADDRESS, port } : target;
    running.push(await startNameServer({ ...server, software: 'nsd', folder: join(folder, 'nsd'), zones: [zone] }));
    if (server !== target) running.push(await startDelay({ listen: target, server, roundTripMs }));
    const resolver = { address: RESOLVER_ADDRESS, port };
    running.push(
      await startResolver({ ...resolver, folder: join(folder, 'unbound'), stubs: [{ zone: ZONE, servers: [server] }] }),
    );
    const settings = {
      mode: 'authoritative',
      resolvers: [resolver],
      authoritativePort: port,
      allowPrivate: true,
    } as const;
    return {
      target,
      resolver,
      domains,
      openDns: () => createDns(settings, { clock: systemClock }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startDelay(options: DelayOptions): Promise<Pick<RealServer, 'stop'>> {
  const worker = new Worker(new URL('./delay.ts', import.meta.url), { workerData: options });
  await once(worker, 'message');
  return { stop: async () => void (await worker.terminate()) };
}

const TWO_DAYS_MS = 2 * 86_400_000;

/** A domain that was added two days ago: what a resolver may remember of that time is no question any more. */
function buildDomain(name: string, publicKey: string): StoredDomain {
  const addedAt = new Date(Date.now() - TWO_DAYS_MS);
  const token = createHash('md5').update(name).digest('hex');
  const [region] = BUILT_IN_REGIONS as readonly [Region];
  return {
    id: token.slice(0, 24) as DomainId,
    projectId: '' as ProjectId,
    name: name as DomainName,
    regionKey: region.key,
    recordSettings: { labels: DEFAULT_LABELS, region },
    ownershipToken: token,
    status: INITIAL_STATE.status,
    ownershipVerified: false,
    dkimEnabled: false,
    mailFromEnabled: false,
    dmarcEnabled: false,
    state: { ...INITIAL_STATE, verifyRequestedAt: addedAt },
    createdAt: addedAt,
    lastCheckedAt: addedAt,
    verifiedAt: null,
    attempts: 0,
    nextCheckAt: addedAt,
    leaseOwner: null,
    leaseUntil: null,
    isTest: false,
    dkimRotationDays: 0,
    autoPublish: false,
    hasKeysInMotion: false,
    needsFix: false,
    fingerprint: null,
    unicodeName: null,
    externalId: null,
    metadata: null,
    keyActiveSince: addedAt,
    selector: DEFAULT_LABELS.selectorPrefix,
    publicKey,
    eventSequence: 0,
    revision: 0,
  };
}
