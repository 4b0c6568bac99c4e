import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FINDINGS } from '../../../src/core/findings/catalogue.ts';
import {
  type FindingCase,
  type FindingsLab,
  findingsAt,
  generalize,
  startFindingsLab,
} from '../../support/dns/findings.ts';
import { ALIASES } from './aliases.ts';
import { CAUSES } from './causes.ts';
import { DKIM_AND_DMARC } from './dkim-and-dmarc.ts';
import { KEY_CNAMES } from './key-cnames.ts';
import { MAIL_FROM } from './mail-from.ts';
import { PLACES } from './places.ts';
import { SERVERS } from './servers.ts';
import { VALUES } from './values.ts';

let lab: FindingsLab;
before(async () => {
  lab = await startFindingsLab(import.meta.url);
});
after(() => lab.close());

const CASES: readonly FindingCase[] = [
  ...PLACES,
  ...VALUES,
  ...ALIASES,
  ...MAIL_FROM,
  ...DKIM_AND_DMARC,
  ...KEY_CNAMES,
  ...SERVERS,
  ...CAUSES,
];

for (const { code, at, mistake, nearMiss } of CASES) {
  test(`${code}: the whole finding, and nothing vaguer beside it`, async () => {
    const findings = findingsAt(await lab.play(mistake), at);
    const finding = findings.find((each) => each.code === code);
    assert.deepEqual(finding && generalize(finding), mistake.finding);
    const beside = findings.filter((each) => each !== finding && each.severity !== 'info').map((each) => each.code);
    assert.deepEqual(beside, Object.keys(mistake.beside ?? {}));
  });

  test(`${code} is not said where ${nearMiss.what}`, async () => {
    const seen = await lab.play(nearMiss);
    assert.deepEqual(
      findingsAt(seen, nearMiss.at ?? at).map((finding) => finding.code),
      nearMiss.codes,
    );
    const everywhere = [...seen.findings, ...seen.records.flatMap(({ findings }) => findings)];
    assert.ok(!everywhere.some((finding) => finding.code === code), code);
  });
}

test('every code of the catalogue has a mistake and a near-miss', () => {
  assert.deepEqual(CASES.map(({ code }) => code).sort(), Object.keys(FINDINGS).sort());
});
