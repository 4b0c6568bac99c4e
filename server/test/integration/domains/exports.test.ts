import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { RecordsToExport } from '../../../src/core/exports/record-list.ts';
import { formatCloudflareFile, formatZoneFile } from '../../../src/core/exports/zone-file.ts';
import type { DomainObject } from '../../../src/wire/domain.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { findProgram } from '../../support/daemon.ts';

const run = promisify(execFile);

let service: TestApp;
let folder: string;
before(async () => {
  service = await createTestApp(import.meta.url);
  folder = await mkdtemp(join(tmpdir(), 'autosend-exports-'));
});
after(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

const NAME = 'xn--bcher-kva.example.com';
const zoneFile = (id: string, query = '') => service.send({ url: `/v1/domains/${id}/zone-file${query}` });
let added = 0;
const addDomain = async (name = `d${++added}.example.com`) => service.addDomain(name);

test('each format is a file of its own type, named after the domain; without one it is the zone file', async () => {
  const domain = await addDomain();
  const cases: [query: string, type: string, fileName: string, holds: string][] = [
    ['', 'text/dns', '.zone', ' 3600 IN TXT "'],
    ['?format=zone', 'text/dns', '.zone', '; DKIM authentication\n'],
    ['?format=cloudflare', 'text/dns', '.cloudflare.txt', ' ; DKIM authentication\n'],
    ['?format=csv', 'text/csv', '.csv', 'type,name,value,priority,ttl\r\n'],
    ['?format=terraform', 'text/plain', '.cloudflare.tf', 'resource "cloudflare_dns_record"'],
    ['?format=terraform&provider=cloudflare', 'text/plain', '.cloudflare.tf', 'resource "cloudflare_dns_record"'],
    ['?format=terraform&provider=route53', 'text/plain', '.route53.tf', 'resource "aws_route53_record"'],
  ];
  for (const [query, type, suffix, holds] of cases) {
    const { status, headers, text } = await zoneFile(domain.id, query);
    assert.equal(status, 200, query);
    assert.equal(headers['content-type'], `${type}; charset=utf-8`, query);
    assert.equal(headers['content-disposition'], `attachment; filename="${domain.domainName}${suffix}"`, query);
    assert.ok(text.includes(holds), `${query}: ${text}`);
    assert.ok(text.includes(domain.dnsRecords.ownership.value), query);
  }
});

test('the files hold the records of pending keys, and not of those that were revoked', async () => {
  const domain = await addDomain();
  const keysUrl = `/v1/domains/${domain.id}/keys`;
  const made = await service.send({ method: 'POST', url: keysUrl, body: { type: 'ed25519' } });
  const { selector, record } = made.json.data;
  for (const format of ['zone', 'terraform', 'cloudflare', 'csv']) {
    const { text } = await zoneFile(domain.id, `?format=${format}`);
    assert.ok(text.includes(record.name) && text.includes(record.value), format);
    assert.ok(text.includes(domain.dnsRecords.dkim.name), format);
  }
  await service.send({ method: 'POST', url: `${keysUrl}/${selector}/revoke` });
  const { text } = await zoneFile(domain.id);
  assert.ok(!text.includes(record.name));
});

test('what cannot be answered is JSON in the envelope, and names the field', async () => {
  const { id } = await addDomain();
  const cases: [query: string, field: string][] = [
    ['?format=', 'format'],
    ['?format=ZONE', 'format'],
    ['?format=zone&format=csv', 'format'],
    ['?format=terraform&provider=azure', 'provider'],
    ['?format=csv&provider=route53', 'provider'],
    ['?provider=route53', 'provider'],
    ['?records=some', 'records'],
    ['?ttl=1', 'ttl'],
  ];
  for (const [query, field] of cases) {
    const { status, json } = await zoneFile(id, query);
    assert.equal(status, 400, query);
    assert.equal(json.error.details[0].field, field, query);
  }
});

test("a deleted domain, another project's and one that never was are 404, in JSON, in every format", async () => {
  const { id } = await addDomain();
  const stranger = await service.createProject();
  await service.send({ method: 'DELETE', url: `/v1/domains/${id}` });
  const theirs = await service.addDomain('secret.example.com', stranger.key);
  for (const format of ['zone', 'terraform', 'cloudflare', 'csv'])
    for (const gone of [id, theirs.id, 'f'.repeat(24), 'x']) {
      const { status, json } = await zoneFile(gone, `?format=${format}`);
      assert.equal(status, 404, `${gone} ${format}`);
      assert.equal(json.error.code, 'NOT_FOUND');
    }
});

/** Programs of other people that read zone files; each says what zone it read, or is silent when all is well. */
const CHECKERS = [
  // -i local: nothing outside the zone is looked up.
  { program: 'named-checkzone', debian: 'bind9-utils', args: ['-i', 'local', '-k', 'fail'] },
  { program: 'kzonecheck', debian: 'knot-dnssecutils', args: ['-o'] },
  { program: 'nsd-checkzone', debian: 'nsd', args: [] },
];

/** Says in one line what to install; where `CI=true`, a check that did not run must not look like one that passed. */
function explainAbsence({ program, debian }: { program: string; debian: string }): string | false {
  if (findProgram(program)) return false;
  const line = `needs ${program}: apt-get install ${debian}`;
  if (process.env.CI === 'true') throw new Error(`This test ${line}`);
  return line;
}

/** Writes a whole zone around a fragment, as its owner's zone has it; `origin` may be above the domain. */
async function writeZone(origin: string, fragment: string): Promise<string> {
  const file = join(folder, `${added}-${origin}.zone`);
  const head = [
    // The wrong origin and default TTL on purpose: the fragment must depend on neither.
    `$ORIGIN elsewhere.${origin}.`,
    '$TTL 60',
    `${origin}. IN SOA ns1.${origin}. hostmaster.${origin}. 1 7200 900 1209600 300`,
    `${origin}. IN NS ns1.${origin}.`,
    `ns1.${origin}. IN A 192.0.2.1`,
  ];
  await writeFile(file, `${head.join('\n')}\n${fragment}`);
  return file;
}

for (const checker of CHECKERS)
  test(`${checker.program} takes the zone file and Cloudflare's file, in the domain's zone and in one above it`, {
    skip: explainAbsence(checker),
  }, async () => {
    const domain = await addDomain(`${checker.program}.${NAME}`);
    for (const format of ['zone', 'cloudflare'])
      for (const origin of [domain.domainName, 'example.com']) {
        const file = await writeZone(origin, (await zoneFile(domain.id, `?format=${format}`)).text);
        const args = [...checker.args, origin, file];
        await run(findProgram(checker.program) ?? checker.program, args);
      }
  });

test('BIND reads from the zone file exactly the values that the API shows, hostile ones included', {
  skip: explainAbsence({ program: 'named-checkzone', debian: 'bind9-utils' }),
}, async () => {
  const domain = await addDomain();
  const { ownership, dkim, mailFrom, dmarc }: DomainObject['dnsRecords'] = domain.dnsRecords;
  const { records, domainName }: RecordsToExport = {
    domainName: domain.domainName,
    records: { ownership, dkim, mail_from_mx: mailFrom[0], mail_from_spf: mailFrom[1], dmarc },
  };
  const hostile = [
    ';',
    'a;b "c" \\d \\; é\t',
    '"',
    '\\',
    `${'x'.repeat(254)}é;"\\`,
    '\u00001',
    '( )',
    '$ORIGIN .',
    '@',
  ];
  for (const value of [records.dmarc.value, ...hostile]) {
    const input = { domainName, records: { ...records, dmarc: { ...records.dmarc, value } } };
    for (const fragment of [formatZoneFile(input), formatCloudflareFile(input)]) {
      const file = await writeZone(domainName, fragment);
      const read = await readTxt(domainName, file);
      assert.deepEqual(read.get(`${domainName} _dmarc`), Buffer.from(value), value);
      assert.deepEqual(read.get(`${domainName} autosend._domainkey`), Buffer.from(records.dkim.value));
      assert.equal(read.size, 4);
    }
  }
});

/** The TXT records of a zone file as BIND understood them: octets by zone and label. */
async function readTxt(origin: string, file: string): Promise<Map<string, Buffer>> {
  const args = ['-i', 'local', '-D', '-s', 'full', '-o', '-', origin, file];
  const { stdout } = await run(findProgram('named-checkzone') ?? 'named-checkzone', args);
  const records = new Map<string, Buffer>();
  for (const [, name = '', data = ''] of stdout.matchAll(/^(\S+)\s+\d+\s+IN\s+TXT\s+(.*)$/gm)) {
    const strings = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inner = '']) => unescapeText(inner));
    assert.ok(strings.every((string) => string.length <= 255));
    records.set(`${origin} ${name.slice(0, -`.${origin}.`.length)}`, Buffer.concat(strings));
  }
  return records;
}

function unescapeText(text: string): Buffer {
  const latin1 = text.replace(/\\(?:(\d{3})|(.))/g, (_all, digits?: string, character?: string) =>
    digits === undefined ? String(character) : String.fromCharCode(Number(digits)),
  );
  return Buffer.from(latin1, 'latin1');
}
