import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Answer, DnsRecord, LookupResult, Question } from '../../core/answers/dns-answer.ts';
import { AT_RECORD } from '../../core/answers/failure.ts';
import type { Evidence } from '../../core/findings/evidence.ts';
import type { DomainId, DomainName, ProjectId } from '../../core/ids.ts';
import type { FrozenEvent } from '../../core/lifecycle/frozen-event.ts';
import { applyVerifyRequest, INITIAL_STATE } from '../../core/lifecycle/status.ts';
import { DEFAULT_TIMING } from '../../core/lifecycle/timing.ts';
import { RECORD_KINDS, type RecordKind } from '../../core/records/record.ts';
import { DEFAULT_LABELS } from '../../core/records/record-input.ts';
import { BUILT_IN_REGIONS, type Region } from '../../core/records/regions.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { toColumns } from '../../db/queries/domains.ts';
import { startBudget } from '../../dns/budget.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf } from '../domain-object/domain-records.ts';
import { createMeters } from '../node/meters.ts';
import { NO_CHECK_LIMITS } from '../node/no-check-limits.ts';
import { createPresence } from './presence.ts';
import { runCheck } from './verification.ts';

const KEYS = [0, 1].map(
  (n) => `MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA${String.fromCharCode(65 + n).repeat(339)}QIDAQAB`,
);
const START = Date.parse('2026-01-15T12:00:00Z');
const MINUTE_MS = 60_000;
const [REGION] = BUILT_IN_REGIONS as readonly [Region];

/** How the record of one kind stands in DNS at one check. */
type Shown =
  | 'right'
  | 'right too'
  | 'wrong'
  | 'missing'
  | 'failed'
  | 'one server without'
  | 'one server silent'
  | 'one server without address';

/** What happens between two checks besides that time passes. */
type Between = 'nothing' | 'verify' | 'another key' | 'other rules' | 'older version checks' | 'evidence is lost';

interface Step {
  readonly waitMs: number;
  readonly between: Between;
  readonly shown: Readonly<Record<RecordKind, Shown>>;
  readonly zone: { readonly dnssec: 'signed' | 'unsigned'; readonly nameservers: readonly string[] };
  readonly ttlSeconds: number;
  readonly via: 'authoritative' | 'recursive';
  /** What says nothing of the domain: round trips, and in which order servers and records come. */
  readonly noise: number;
}

/** Mostly all is right: else nothing would ever be unchanged. */
const step: fc.Arbitrary<Step> = fc.record({
  waitMs: fc.constantFrom(5, 15, 90, 360, 5_000).map((minutes) => minutes * MINUTE_MS),
  between: fc.oneof(
    { weight: 8, arbitrary: fc.constant<Between>('nothing') },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Between>(
        'verify',
        'another key',
        'other rules',
        'older version checks',
        'evidence is lost',
      ),
    },
  ),
  shown: fc.oneof(
    { weight: 6, arbitrary: fc.constant(showAll('right')) },
    { weight: 1, arbitrary: fc.constant(showAll('right too')) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom(...RECORD_KINDS),
          fc.constantFrom<Shown>(
            'right too',
            'wrong',
            'missing',
            'failed',
            'one server without',
            'one server silent',
            'one server without address',
          ),
        )
        .map(([kind, shown]) => ({ ...showAll('right'), [kind]: shown })),
    },
    { weight: 1, arbitrary: fc.constantFrom<Shown>('missing', 'failed').map(showAll) },
  ),
  zone: fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constant({ dnssec: 'unsigned', nameservers: ['ns1.example.com', 'ns2.example.com'] } as const),
    },
    {
      weight: 2,
      arbitrary: fc.constant({ dnssec: 'signed', nameservers: ['ns1.example.com', 'ns2.example.com'] } as const),
    },
    {
      weight: 1,
      arbitrary: fc.constant({
        dnssec: 'signed',
        nameservers: ['anna.ns.cloudflare.com', 'bob.ns.cloudflare.com'],
      } as const),
    },
  ),
  ttlSeconds: fc.oneof({ weight: 6, arbitrary: fc.constant(300) }, { weight: 1, arbitrary: fc.constant(60) }),
  via: fc.oneof(
    { weight: 6, arbitrary: fc.constant('authoritative' as const) },
    { weight: 1, arbitrary: fc.constant('recursive' as const) },
  ),
  noise: fc.nat(3),
});

function showAll(shown: Shown): Record<RecordKind, Shown> {
  return { ownership: shown, dkim: shown, mail_from_mx: shown, mail_from_spf: shown, dmarc: shown };
}

/** What a kind of record shows that differs from what is to be published, and counts as right all the same. */
const RIGHT_TOO: Readonly<Record<RecordKind, (value: string) => DnsRecord[]>> = {
  ownership: (value) => [toTxt(value), toTxt('another text')],
  dkim: (value) => [toTxt(`${value}; t=y`)],
  mail_from_mx: (exchange) => [{ type: 'MX', preference: 77, exchange }],
  mail_from_spf: (value) => [toTxt(value.replace('v=spf1', 'v=spf1 ip4:192.0.2.1'))],
  dmarc: () => [toTxt('v=DMARC1; p=reject; rua=mailto:reports@example.com')],
};

function toTxt(text: string): DnsRecord {
  return { type: 'TXT', strings: [text] };
}

function answerOf(
  domain: StoredDomain,
  { shown, zone, ttlSeconds, via, noise }: Step,
  question: Question,
): LookupResult {
  // Whatever key is to be found, the first one is what stands there.
  const records = buildRecordsOf({ ...domain, publicKey: KEYS[0] ?? '' });
  const kind = RECORD_KINDS.find(
    (each) => records[each].name === question.name && question.type === records[each].type,
  );
  const nameservers = zone.nameservers.map((name, n) => ({ name, addresses: [`192.0.2.${n + 1}`] }));
  if (noise % 2 === 1) nameservers.reverse();
  const answers = nameservers.map(({ name, addresses: [address = ''] }, at): Answer => {
    const source = { server: name, address, via, rttMs: noise * 7 + at };
    const how = kind ? shown[kind] : 'missing';
    const isFirst = name === zone.nameservers[0];
    const isWithout = how === 'missing' || (how === 'one server without' && isFirst);
    if (how === 'one server without address' && isFirst)
      return { outcome: 'failed', reason: 'network', kind: 'no_address', step: AT_RECORD, source };
    if (how === 'failed' || (how === 'one server silent' && isFirst))
      return { outcome: 'failed', reason: 'timeout', kind: 'silent', transport: 'udp', step: AT_RECORD, source };
    if (kind === undefined || isWithout)
      return { outcome: 'absent', reason: 'nxdomain', negativeTtlSeconds: 300, source };
    const { type, value } = records[kind];
    const right: DnsRecord[] = type === 'MX' ? [{ type, preference: 10, exchange: value }] : [toTxt(value)];
    const wrong: DnsRecord[] =
      type === 'MX' ? [{ type, preference: 10, exchange: 'mx.example.net' }] : [toTxt('v=spf1 -all')];
    const set = how === 'wrong' ? wrong : how === 'right too' ? RIGHT_TOO[kind](value) : right;
    return { outcome: 'found', records: noise > 1 ? set.toReversed() : set, ttlSeconds, source };
  });
  const found = { name: 'example.com', nameservers, dnssec: zone.dnssec };
  return { question, aliases: [], zone: via === 'authoritative' ? found : undefined, answers };
}

function buildDomain(): StoredDomain {
  const at = new Date(START);
  return {
    id: '0'.repeat(24) as DomainId,
    projectId: '1'.repeat(24) as ProjectId,
    name: 'example.com' as DomainName,
    regionKey: REGION.key,
    recordSettings: { labels: DEFAULT_LABELS, region: REGION },
    ownershipToken: '2'.repeat(32),
    ...toColumns({ state: INITIAL_STATE, attempts: 0, nextCheckAt: at, lease: null }),
    state: INITIAL_STATE,
    createdAt: at,
    lastCheckedAt: at,
    isTest: false,
    dkimRotationDays: 0,
    autoPublish: false,
    hasKeysInMotion: false,
    needsFix: false,
    fingerprint: null,
    unicodeName: null,
    externalId: null,
    metadata: null,
    keyActiveSince: at,
    selector: 'autosend',
    publicKey: KEYS[0] ?? '',
    eventSequence: 0,
    revision: 0,
  };
}

/** A domain, its row and its evidence in memory, and a service that checks it. @param remembers whether it may see that nothing has changed */
function startWorld(remembers: boolean) {
  let row = buildDomain();
  let evidence: Evidence | null = null;
  let nowMs = START;
  let rules = 0;
  let stored = 0;
  let unchanged = 0;
  let isOld = false;
  let current: Step | null = null;
  const events: FrozenEvent[] = [];
  const change = (changed: Partial<StoredDomain>) => {
    row = { ...row, ...changed, revision: row.revision + 1 };
  };
  const isRow = (seen: StoredDomain) => seen.revision === row.revision;
  const ctx = strict<Context>({
    clock: { now: () => new Date(nowMs), monotonicMs: () => performance.now(), sleep: () => Promise.resolve() },
    realClock: { now: () => new Date(nowMs), monotonicMs: () => performance.now(), sleep: () => Promise.resolve() },
    stopping: new AbortController().signal,
    timing: DEFAULT_TIMING,
    random: () => 0.25,
    meters: createMeters(),
    checkLimits: NO_CHECK_LIMITS,
    presence: createPresence(),
    rulesVersion: async () => `rules ${rules}`,
    dns: strict<Context['dns']>({
      startBudget,
      lookupAll: async (questions: readonly Question[]) => {
        if (!current) throw new Error('Nothing is shown yet.');
        const shown = current;
        return questions.map((question) => answerOf(row, shown, question));
      },
    }),
    db: strict<Context['db']>({
      // Whether the key that was found is another domain's: nobody's.
      select: (() => emptyQuery) as unknown as Context['db']['select'],
      // A claim that is given back.
      update: (() => ({
        set: (columns: Partial<StoredDomain>) => ({ where: async () => change(columns) }),
      })) as unknown as Context['db']['update'],
    }),
    checks: {
      findEvidence: async () => evidence,
      async store(seen, { changes, evidence: seenNow, keys: _, fingerprint, ...outcome }) {
        if (!isRow(seen)) return false;
        const { lastCheckedAt, state } = outcome;
        change({ ...toColumns(outcome), state, lastCheckedAt, ...(isOld ? {} : { fingerprint }) });
        evidence = seenNow;
        events.push(...changes);
        stored += 1;
        return true;
      },
      async storeUnchanged(seen, outcome) {
        if (!isRow(seen) || evidence === null) return false;
        change({ ...outcome, leaseOwner: null, leaseUntil: null });
        unchanged += 1;
        stored += 1;
        return true;
      },
    },
  });

  const check = async () => {
    const claim = { owner: 'worker', until: new Date(nowMs + 3_600_000), endsAtMs: Number.POSITIVE_INFINITY };
    // What was given back is still due.
    for (const before = stored; stored === before; ) {
      change({ leaseOwner: claim.owner, leaseUntil: claim.until, ...(!remembers && { fingerprint: null }) });
      await runCheck(ctx, { domain: row, claim, reason: 'due' });
    }
  };
  return {
    async take(next: Step) {
      nowMs += next.waitMs;
      current = next;
      if (next.between === 'verify') change({ state: applyVerifyRequest(row.state, new Date(nowMs)), attempts: 0 });
      if (next.between === 'another key') change({ publicKey: KEYS.find((key) => key !== row.publicKey) ?? '' });
      if (next.between === 'other rules') rules += 1;
      if (next.between === 'evidence is lost') evidence = null;
      if (next.between === 'older version checks') {
        isOld = true;
        const kept = row.fingerprint;
        change({ fingerprint: null });
        current = { ...next, shown: showAll('right too') };
        await check();
        change({ fingerprint: kept });
        isOld = false;
        current = next;
        nowMs += MINUTE_MS;
      }
      await check();
      const { fingerprint: _, revision: __, ...shown } = row;
      return sortLists({ row: shown, evidence: evidence && dropNoise(evidence), events });
    },
    unchanged: () => unchanged,
  };
}

const chain = () => emptyQuery;
const emptyQuery = { from: chain, innerJoin: chain, where: chain, orderBy: chain, limit: async () => [] };

/** Leaves out round trips, and the TTLs of resolvers, which are of the moment; values stand where evidence says which of a list it was. */
function dropNoise(evidence: Evidence): unknown {
  const records = evidence.records.map(({ found, answers, ...record }) => ({
    ...record,
    answers: answers.map(({ rttMs: _, ttlSeconds, found: places, ...answer }) => ({
      ...answer,
      ttlSeconds: answer.via === 'authoritative' ? ttlSeconds : null,
      found: places.map((place) => found[place]),
    })),
  }));
  return { ...evidence, records };
}

/** Servers and records have no order. */
function sortLists(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(sortLists).sort((a, b) => compareTexts(JSON.stringify(a), JSON.stringify(b)));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sortLists(each)]));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Fails on whatever the test did not foresee. */
function strict<T extends object>(part: Partial<T>): T {
  return new Proxy(part, {
    get(target, name) {
      // A promise that resolves to it looks for that.
      if (!Reflect.has(target, name) && name !== 'then') throw new Error(`Nobody expects ${String(name)} here.`);
      return Reflect.get(target, name);
    },
  }) as T;
}

/** What stays for a while, as most things do. */
const lasting = fc
  .tuple(step, fc.integer({ min: 1, max: 4 }))
  .map(([each, times]) => Array.from({ length: times }, () => each));

test('with and without fingerprints, any history has the same states, events and findings, check by check', async () => {
  let unchanged = 0;
  let checks = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(lasting, { minLength: 1, maxLength: 6 }), async (parts) => {
      const steps = parts.flat();
      const [remembering, judging] = [startWorld(true), startWorld(false)];
      for (const each of steps) assert.deepEqual(await remembering.take(each), await judging.take(each));
      assert.equal(judging.unchanged(), 0);
      unchanged += remembering.unchanged();
      checks += steps.length;
    }),
    { numRuns: 60 },
  );
  assert.ok(unchanged > checks / 20, `only ${unchanged} of ${checks} checks were recognized as unchanged`);
});
