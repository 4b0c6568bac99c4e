import assert from 'node:assert/strict';
import type { FindingCode } from '../../../src/core/judgement/observation.ts';
import { FIRST_CHECK_MS } from '../../../src/core/lifecycle/schedule.ts';
import { RECORD_KINDS, RECORDS, type RecordKind } from '../../../src/core/records/record.ts';
import { startDueWork } from '../../../src/jobs/checks.ts';
import type { DiagnosticsObject, FindingObject } from '../../../src/wire/diagnostics.ts';
import type { DomainObject } from '../../../src/wire/domain.ts';
import { createTestApp, type TestApp } from '../app.ts';
import { waitUntil } from '../clock.ts';
import { type DnsServer, startDnsServer } from './dns-server.ts';
import type { ZoneRecord } from './dns-server-zones.ts';
import { KEYS_ZONE } from './keys-zone.ts';
import { listRecords } from './publish.ts';

/** What servers showed at one name: each value, by each server. */
export function shownBy(
  name: string,
  type: string,
  values: readonly (string | null)[],
  servers: readonly string[] = ['ns1.example.com', 'ns2.example.com'],
): FindingObject['evidence'] {
  return servers.flatMap((server) => values.map((value) => ({ name, type, value, server })));
}

/** Makes all servers of a zone answer SERVFAIL, and so the resolver, which has the records from nobody else. */
export function breakServers(dns: DnsServer): void {
  for (const address of ['127.0.0.11', '127.0.0.12']) dns.fault({ address }, 'servfail');
  for (const type of new Set(RECORD_KINDS.map((kind) => RECORDS[kind].type)))
    dns.fault({ address: dns.resolver.address, within: 'example.com', type }, 'servfail');
}

/** What a case works with: one domain, which no zone holds until `publish` is called. */
export interface World {
  readonly dns: DnsServer;
  readonly service: TestApp;
  readonly domain: DomainObject;
  /** The records as they are shown, in the order of `RECORD_KINDS`. */
  readonly shown: readonly ZoneRecord[];
  /** All of them but these. */
  without(...kinds: RecordKind[]): ZoneRecord[];
  /** All of them, one with another value (or with each of several, beside each other). */
  instead(kind: RecordKind, ...values: string[]): ZoneRecord[];
  /** Sets up the zone, on ns1 (127.0.0.11) and ns2 (127.0.0.12); `zone` is the domain itself unless told. */
  publish(records: readonly ZoneRecord[], zone?: string, names?: readonly string[]): void;
  verify(): Promise<void>;
}

/** A way to arrange DNS, and how it is checked. */
export interface Arrangement {
  /** `example.com` unless told. */
  readonly name?: string;
  readonly arrange: (world: World) => void | Promise<void>;
  /** `survey`: the check that the background makes of a domain that was just added. */
  readonly check?: 'verify' | 'survey';
  /** Its keys are found by CNAMEs into `KEYS_ZONE`, which no server holds until the case says so. */
  readonly isByCname?: true;
  /** A fresh check comes to another wording, which a test of its own asserts. */
  readonly isRefreshedOtherwise?: boolean;
}

/** One code of the catalogue: a mistake that is told by it, and something alike that is not. */
export interface FindingCase {
  readonly code: FindingCode;
  /** Where the finding stands: with a record, or with the zone. */
  readonly at: RecordKind | 'zone';
  readonly mistake: Arrangement & {
    readonly finding: PlainFinding;
    /** Errors and warnings that stand beside it there, each of them with a reason. */
    readonly beside?: Readonly<Partial<Record<FindingCode, string>>>;
  };
  readonly nearMiss: Arrangement & {
    readonly what: string;
    /** Where it is checked, unless it is the same place. */
    readonly at?: RecordKind | 'zone';
    /** All findings that stand there. */
    readonly codes: readonly FindingCode[];
  };
}

/** A service and a name server on which cases are played, one after the other. */
export interface FindingsLab {
  readonly dns: DnsServer;
  readonly service: TestApp;
  /** Plays a case and gives back what the API says then; the stored check and a fresh one must agree. */
  play(arrangement: Arrangement): Promise<DiagnosticsObject>;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;

/** Starts the service and the name server. The registry of `com` and `net` answers at 127.0.0.25. */
export async function startFindingsLab(testFileUrl: string): Promise<FindingsLab> {
  const dns = await startDnsServer();
  dns.validate(true);
  const service = await createTestApp(testFileUrl, { dns, variables: { KEYS_ZONE } });
  let zones: string[] = [];
  const setZone: World['publish'] = (records, zone = 'example.com', names = [`ns1.${zone}`, `ns2.${zone}`]) => {
    zones.push(zone);
    dns.setZone(zone, { nameservers: names.map((name, n) => ({ name, address: `127.0.0.${11 + n}` })), records });
  };
  const reset = () => {
    dns.clearFaults();
    for (const zone of zones) dns.removeZone(zone);
    zones = [];
    for (const registry of ['com', 'net'])
      dns.setZone(registry, { nameservers: [{ name: 'a.gtld-servers.net', address: '127.0.0.25' }] });
    // What was remembered of the zones of the case before has run out by then.
    service.clock.advance(DAY_MS);
  };
  return {
    dns,
    service,
    async play({ name = 'example.com', arrange, check = 'verify', isByCname, isRefreshedOtherwise = false }) {
      reset();
      // Where the case before failed, its domain is still there.
      await service.query('DELETE FROM domains');
      const body = { domain: name, ...(isByCname && { dkimMode: 'cname' }) };
      const added = await service.send({ method: 'POST', url: '/v1/domains', body });
      assert.equal(added.status, 201, added.text);
      const domain: DomainObject = added.json.data;
      const shown = listRecords(domain);
      const at = (kind: RecordKind) => RECORD_KINDS.indexOf(kind);
      const verify = async () => {
        const reply = await service.send({ method: 'POST', url: `/v1/domains/${domain.id}/verify` });
        assert.equal(reply.status, 200, reply.text);
        await service.ctx.background.drain();
      };
      await arrange({
        dns,
        service,
        domain,
        shown,
        without: (...kinds) => shown.filter((_, index) => !kinds.some((kind) => at(kind) === index)),
        instead: (kind, ...values) =>
          shown.flatMap((record, index): ZoneRecord[] =>
            index === at(kind) ? values.map((value) => ({ ...record, value }) as ZoneRecord) : [record],
          ),
        publish: (records, zone = name, names) => setZone(records, zone, names),
        verify,
      });
      if (check === 'verify') await verify();
      else await survey(service, domain.id);
      const stored = await read(service, domain.id);
      const fresh = await read(service, domain.id, '?refresh=true');
      if (!isRefreshedOtherwise) assert.deepEqual(withoutTimes(fresh), withoutTimes(stored));
      await service.query('DELETE FROM domains');
      return stored;
    },
    async close() {
      await service.close();
      await dns.close();
    },
  };
}

/** Lets the background loop check a domain that was just added. */
export async function survey(service: TestApp, id: string): Promise<void> {
  service.clock.advance(FIRST_CHECK_MS);
  const loop = startDueWork(service.ctx, 4);
  try {
    await waitUntil(async () => (await service.query('SELECT 1 FROM checks WHERE domain_id = $1', [id])).length > 0);
  } finally {
    await loop.stop();
  }
}

async function read(service: TestApp, id: string, query = ''): Promise<DiagnosticsObject> {
  const reply = await service.send({ url: `/v1/domains/${id}/diagnostics${query}` });
  assert.equal(reply.status, 200, reply.text);
  return reply.json.data;
}

/** How long an answer took is the one thing in which two checks may differ. */
function withoutTimes(seen: DiagnosticsObject): unknown {
  return JSON.parse(JSON.stringify(seen, (key, value) => (key === 'rttMs' ? 0 : value)));
}

/** The findings of one record, or of the zone. */
export function findingsAt(seen: DiagnosticsObject, at: RecordKind | 'zone'): readonly FindingObject[] {
  return at === 'zone' ? seen.findings : (seen.records.find(({ record }) => record === at)?.findings ?? []);
}

/** What looks like one thing and is another: the codes of all findings that must stand at each place, and no others. */
export type Trap = readonly [
  what: string,
  arrangement: Arrangement,
  codes: Readonly<Partial<Record<RecordKind | 'zone', readonly FindingCode[]>>>,
];

/** Checks that a trap is told for what it is. */
export async function checkTrap(lab: FindingsLab, [, arrangement, expected]: Trap): Promise<void> {
  const seen = await lab.play(arrangement);
  const at = Object.keys(expected) as (RecordKind | 'zone')[];
  const codes = at.map((place) => [place, findingsAt(seen, place).map(({ code }) => code)]);
  assert.deepEqual(Object.fromEntries(codes), expected);
}

/** A finding without the link to its code, which is the same for all. */
export type PlainFinding = Omit<FindingObject, 'docs'>;

/** Puts words in place of what is different for each domain: its ownership token, its key, and where two keys part. */
export function generalize({ docs, ...finding }: FindingObject): PlainFinding {
  assert.equal(docs, `http://localhost:3000/docs/findings#${finding.code}`);
  const text = JSON.stringify(finding)
    .replace(/(autosend-verify-)[\da-f]{32}/g, '$1TOKEN')
    .replace(/[\da-f]{24}(?=\.dkim\.operator\.example)/g, 'ID')
    .replace(/MI[IGH][A-Za-z\d+/]{8,}={0,2}/g, 'KEY')
    .replace(/[A-Za-z\d+/]{60,}={0,2}/g, 'REST')
    .replace(/from character \d+ on \(\\"[A-Za-z\d+/]{20}\\"\)/, 'from character N on ("PART")');
  return JSON.parse(text);
}
