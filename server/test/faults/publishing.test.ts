import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { DnsProvider, DnsProviderAnswer, ProviderZone } from '../../src/core/publishing/dns-provider.ts';
import { selectChanges } from '../../src/core/publishing/plan.ts';
import type { PlannedChange } from '../../src/core/publishing/planned-change.ts';
import type { Publication } from '../../src/core/publishing/publication.ts';
import { parseTxtStrings } from '../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../src/core/publishing/rr-set.ts';
import { readStanding } from '../../src/core/publishing/standing.ts';
import { createRfc2136 } from '../../src/providers/dns/rfc2136.ts';
import { explainMissing } from '../support/daemon.ts';
import { createUpdateKey, fetchZone, formatUpdateSettings } from '../support/dns/dynamic-zones.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { startUpdateServer, type UpdateServer } from '../support/dns/update-servers.ts';
import type { ZoneLine, ZoneText } from '../support/dns/zone-text.ts';
import { readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';
import { isKept, listRecords } from '../support/publishing/kept-records.ts';
import { createLocalTools } from '../support/publishing/local-tools.ts';
import { listWanted, noteAll, planIn } from '../support/publishing/plan-world.ts';
import { randomStanding } from '../support/publishing/random-zone.ts';

/** Zones, each with what random owners, panels and other services have left in it. */
const TIMES = readTimes(12);
const AT_ONCE = 8;
const KEY = createUpdateKey('writer.example');
const missing = explainMissing(['knotd', 'dig']);

const random = createSeededRandom();
/** A domain in a zone of its own, or below the apex of one. */
const DOMAINS = Array.from({ length: TIMES }, (_, index) => {
  const zone = `z${index}.example`;
  const domain = index % 2 === 0 ? zone : `mail.${zone}`;
  const [standing = []] = fc.sample(randomStanding(domain), { numRuns: 1, seed: random.seed + index });
  return { zone, domain, standing };
});
let server: UpdateServer;
let provider: DnsProvider;
before(async () => {
  if (missing) return;
  server = await startUpdateServer('knot', DOMAINS.map(buildZone), { keys: [KEY] });
  provider = createRfc2136(formatUpdateSettings(server, KEY), createLocalTools());
});
after(() => server?.close());

test(`random zones on Knot: nothing of others is lost, and a second plan is empty: seed ${random.seed}`, {
  skip: missing,
}, async (t) => {
  t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
  const wrong: string[] = [];
  const counts = { written: 0, agreed: 0 };
  const waiting = [...DOMAINS.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, { zone, domain }] = next;
      const say = (what: string) => wrong.push(`${domain}: ${what}`);
      await publish({ id: zone, name: zone }, domain, index % 3 === 0, counts, say).catch((error) =>
        say(String(error)),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  tellDone(t, TIMES, 'random zones published on Knot');
  t.diagnostic(`${counts.written} record sets written, ${counts.agreed} conflicts agreed to`);
  tellWrong(t, wrong);
  assert.deepEqual(wrong, []);
});

/** Publishes without any consent and, where `agrees`, then with all of them; looks by a transfer of the zone what became of it. */
async function publish(
  zone: ProviderZone,
  domain: string,
  agrees: boolean,
  counts: { written: number; agreed: number },
  say: (what: string) => void,
): Promise<void> {
  const names = listWanted(domain).map(({ record }) => record.name);
  let written: readonly Publication[] = [];
  const { signal } = new AbortController();
  const plan = async () => {
    const standing = takeValue(await provider.read(zone, names, signal));
    return planIn({ domain, zone: zone.name, standing, written, limits: provider.limits });
  };
  const apply = async (plan: readonly PlannedChange[], consents: readonly string[]) => {
    const changes = selectChanges(plan, consents);
    if (changes.length > 0) takeValue(await provider.write(zone, changes, signal));
    written = noteAll(written, changes);
    counts.written += changes.length;
  };

  const first = await listZone(zone.name);
  await apply(await plan(), []);
  const second = await listZone(zone.name);
  for (const record of first) if (!isKept(record, second)) say(`lost ${record}`);
  const again = await plan();
  if (selectChanges(again, []).length > 0) say(`a second plan is not empty: ${JSON.stringify(again)}`);
  if (!agrees) return;

  const consents = again.flatMap(({ consent }) => consent ?? []);
  counts.agreed += consents.length;
  await apply(again, consents);
  const third = await listZone(zone.name);
  const named = again.flatMap(({ consent, before: set }) => (consent !== null && set ? listRecords([set]) : []));
  for (const record of second)
    if (!isKept(record, third) && !named.map(collapse).includes(record)) say(`lost without being named: ${record}`);
  const last = await plan();
  if (
    selectChanges(
      last,
      last.flatMap(({ consent }) => consent ?? []),
    ).length > 0
  )
    say(`with all agreed to, there is something left: ${JSON.stringify(last)}`);
}

/** What others see of a zone: all records that are of a kind that we write, by `dig`. */
async function listZone(zone: string): Promise<string[]> {
  return (await fetchZone(server, zone)).flatMap((line) => {
    const [name = '', , type = '', ...rdata] = line.split(' ');
    if (type !== 'TXT' && type !== 'MX' && type !== 'CNAME') return [];
    return [collapse(`${name.toLowerCase().replace(/\.$/, '')} ${type} ${readStanding(type, rdata.join(' '))}`)];
  });
}

/** Blanks in a row are one in what `fetchZone` gives. */
function collapse(record: string): string {
  return record.replace(/\s+/g, ' ');
}

function buildZone({ zone, standing }: (typeof DOMAINS)[number]): ZoneText {
  return {
    name: zone,
    serial: 1,
    nameservers: [`ns1.${zone}`],
    records: [{ name: `ns1.${zone}`, type: 'A', value: '127.0.0.42' }, ...standing.flatMap(toLines)],
  };
}

function toLines({ name, type, rdata }: RrSet): ZoneLine[] {
  return rdata.map((each): ZoneLine => {
    if (type === 'TXT') return { name, type, value: '', strings: parseTxtStrings(each) ?? [] };
    const [first = '', host = ''] = each.split(' ');
    if (type === 'CNAME') return { name, type, value: first.replace(/\.$/, '') };
    return { name, type, priority: Number(first), value: host.replace(/\.$/, '') };
  });
}

function takeValue<T>(answer: DnsProviderAnswer<T>): T {
  if (answer.outcome !== 'done') throw new Error(`${answer.outcome}: ${answer.detail}`);
  return answer.value;
}
