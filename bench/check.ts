import { Resolver } from 'node:dns/promises';
import { systemClock } from '../server/src/compose.ts';
import { listQuestions, summarizeOutcome } from '../server/src/core/check/check.ts';
import { buildEvidence } from '../server/src/core/findings/evidence.ts';
import { applyCheck } from '../server/src/core/lifecycle/status.ts';
import { DEFAULT_TIMING } from '../server/src/core/lifecycle/timing.ts';
import type { RecordType } from '../server/src/core/records/to-publish.ts';
import type { StoredDomain } from '../server/src/db/queries/domains.ts';
import { MAX_IN_FLIGHT_PER_ADDRESS } from '../server/src/dns/in-flight.ts';
import { performCheck } from '../server/src/services/checks/check-domain.ts';
import { beginCheck, concludeUnchanged, fingerprintCheck } from '../server/src/services/checks/unchanged-check.ts';
import { buildRecordsOf } from '../server/src/services/domain-object/domain-records.ts';
import { createMeters } from '../server/src/services/node/meters.ts';
import { readRulesVersion } from '../server/src/services/node/rules-version.ts';
import { alternate, type BenchOptions, compare, type Row, workThrough } from './figure.ts';
import { startBenchNameServer } from './name-server.ts';
import { askRaw, encodeAll } from './raw-questions.ts';

/** Five questions each: as many under way as our client allows for one address. */
const CHECKS_AT_ONCE = MAX_IN_FLIGHT_PER_ADDRESS / 5;

/** A name server in the next country; on loopback a peer waits for next to nothing. */
const ROUND_TRIP_MS = 10;
const FAR_CHECKS = 100;

/**
 * Whole checks of five records, with the zones known from the round that warms up: ours as almost all are, of a verified domain
 * that stays as it was, and ours that judge anew; a raw loop with the same questions, and what a peer does, node:dns for one record
 * after the other. The peer is measured with one domain after the other, as its scheduled job runs, and with as many at once as ours
 * has; and with a name server that is 10 ms away.
 */
export async function measureCheck({ checks: count, repeats }: BenchOptions): Promise<Row[]> {
  const near = await runChecks(count, repeats);
  const far = await runChecks(FAR_CHECKS, repeats, ROUND_TRIP_MS);
  const row = { unit: 'checks/s', ours: near.ours };
  const { ours, peer } = far;
  return [
    compare({ ...row, name: 'check / peer', reference: near.peer, atLeast: 2 }),
    compare({ ...row, name: `check / peer, ${ROUND_TRIP_MS} ms away`, ours, reference: peer, atLeast: 25 }),
    compare({ ...row, name: 'check, judged anew / peer', ours: near.judged, reference: near.peer, atLeast: null }),
    compare({ ...row, name: `check / ${CHECKS_AT_ONCE} peers at once`, reference: near.peerAtOnce, atLeast: null }),
    compare({ ...row, name: 'check / raw dgram', reference: near.raw, atLeast: 0.35 }),
  ];
}

async function runChecks(count: number, repeats: number, roundTripMs = 0) {
  const nsd = await startBenchNameServer(count, roundTripMs);
  const dns = nsd.openDns();
  try {
    const { domains } = nsd;
    const stopping = new AbortController().signal;
    const meters = createMeters();
    const ctx = {
      dns,
      stopping,
      clock: systemClock,
      meters,
      rulesVersion: readRulesVersion,
      timing: DEFAULT_TIMING,
      random: Math.random,
    };
    const claim = { owner: 'bench', until: new Date(), endsAtMs: Number.POSITIVE_INFINITY };
    const settled = new Map(domains.map((domain) => [domain.id, domain]));
    const messages = encodeAll(domains.flatMap((domain) => Object.values(listQuestions(buildRecordsOf(domain)))));
    const resolver = new Resolver();
    resolver.setServers([`${nsd.target.address}:${nsd.target.port}`]);
    const checkEach = async (atOnce: number, check: (domain: StoredDomain) => Promise<boolean>) => {
      await workThrough(count, atOnce, async (index) => {
        const domain = domains[index];
        if (!domain || !(await check(domain))) throw new Error(`A check of ${domain?.name} did not find its records.`);
      });
      return count;
    };
    return await alternate(
      {
        judged: () =>
          checkEach(CHECKS_AT_ONCE, async (domain) => {
            const check = await performCheck(ctx, domain);
            const now = new Date();
            const { state } = applyCheck(domain.state, summarizeOutcome(check.judgement), now);
            const evidence = buildEvidence({ ...check, domain: domain.name, previous: null, now });
            const fingerprint = await fingerprintCheck(ctx, check, { state, evidence, mayProbe: false }, now);
            settled.set(domain.id, { ...domain, state, attempts: 1, lastCheckedAt: now, fingerprint });
            return fingerprint !== null;
          }),
        ours: () =>
          checkEach(CHECKS_AT_ONCE, async ({ id }) => {
            const claimed = { domain: settled.get(id) as StoredDomain, claim, reason: 'due' } as const;
            const begun = await beginCheck(ctx, claimed, false);
            return begun?.isSame === true && concludeUnchanged(ctx, claimed, begun, new Date()).fingerprint !== null;
          }),
        raw: async () => (await askRaw(nsd.target, messages, MAX_IN_FLIGHT_PER_ADDRESS)) / (messages.length / count),
        peer: () => checkEach(1, (domain) => checkAsPeer(resolver, domain)),
        peerAtOnce: () => checkEach(CHECKS_AT_ONCE, (domain) => checkAsPeer(resolver, domain)),
      },
      repeats,
    );
  } finally {
    await dns.close();
    await nsd.close();
  }
}

async function checkAsPeer(resolver: Resolver, domain: StoredDomain): Promise<boolean> {
  for (const { type, name, value } of Object.values(buildRecordsOf(domain))) {
    const values = await askPeer(resolver, type, name);
    if (!values.includes(value)) return false;
  }
  return true;
}

async function askPeer(resolver: Resolver, type: RecordType, name: string): Promise<string[]> {
  switch (type) {
    case 'TXT':
      return (await resolver.resolveTxt(name)).map((strings) => strings.join(''));
    case 'MX':
      return (await resolver.resolveMx(name)).map(({ exchange }) => exchange);
    case 'CNAME':
      return resolver.resolveCname(name);
  }
}
