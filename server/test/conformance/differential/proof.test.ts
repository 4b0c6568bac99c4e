import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import {
  type Answer,
  type DnsRecord,
  type LookupResult,
  type Question,
  questionKey,
} from '../../../src/core/answers/dns-answer.ts';
import { checkDomain } from '../../../src/core/check/check.ts';
import { mapFlags } from '../../../src/core/records/record.ts';
import { DEFAULT_LABELS } from '../../../src/core/records/record-input.ts';
import { buildDnsRecords } from '../../../src/core/records/records.ts';
import { createDkimKey } from '../../../src/crypto/dkim-keys.ts';
import { startBudget } from '../../../src/dns/budget.ts';
import type { Context } from '../../../src/services/context.ts';
import { receive } from '../../../src/services/signing/receiver.ts';
import { createSeededRandom } from '../../support/dns/seeded-random.ts';
import { readTimes } from '../../support/load/full-run.ts';
import type { SpfZone } from '../../support/verifiers/spf-judges.ts';
import { buildDkimRecords } from './dkim-records.ts';
import { buildSpfCase, OWN_MECHANISM, SENDERS } from './spf-records.ts';

const random = createSeededRandom();
const TIMES = readTimes(200);
const DOMAIN = 'customer.example';
const [key, other] = await Promise.all([createDkimKey(), createDkimKey()]);
const oursBare = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' })
  .export({ format: 'der', type: 'pkcs1' })
  .toString('base64');
const records = buildDnsRecords({
  domainName: DOMAIN,
  ownershipToken: '0'.repeat(32),
  selector: 'autosend',
  publicKey: key.publicKey,
  region: { key: 'here', mailFromHost: 'feedback.ours.example', spfMechanism: OWN_MECHANISM },
  labels: DEFAULT_LABELS,
});
const [ip] = SENDERS.ours;

test(`what is proved of ${TIMES} random zones never contradicts the verdict`, async () => {
  const message = await sign();
  for (let at = 0; at < TIMES; at++) {
    const zone = buildZone();
    const verdict = judge(zone);
    const proof = await prove(zone, message);
    const told = `${JSON.stringify([zone[records.dkim.name], zone[records.mail_from_spf.name], zone[records.dmarc.name]])} ${JSON.stringify(proof)} AUTOSEND_TEST_SEED=${random.seed}`;
    assert.equal(proof.dkim[0]?.result === 'pass', verdict.dkim.status === 'verified', `DKIM: ${told}`);
    if (verdict.mail_from_spf.status === 'verified') assert.equal(proof.spf?.result, 'pass', `SPF: ${told}`);
    assert.equal(proof.dmarc.result !== 'none', verdict.dmarc.status === 'verified', `DMARC: ${told}`);
  }
});

function buildZone(): SpfZone {
  const spf = buildSpfCase(random);
  const dmarc = random.pick([
    ['v=DMARC1; p=none;'],
    ['v=DMARC1; p=reject; aspf=s; adkim=s'],
    ['v=DMARC1; rua=mailto:a@example.com'],
    ['v=DMARC1; p=monitor; rua=mailto:a@example.com'],
    ['v=DMARC1; p=bogus'],
    ['v=dmarc1; p=none'],
    ['v=DMARC1; p=none', 'v=DMARC1; p=reject'],
    ['v=DMARC1; p=none\u00a0'],
    ['"v=DMARC1; p=none"'],
    ['something'],
    [],
  ]);
  const keys = { kind: 'rsa', ours: key.publicKey, oursOtherwise: oursBare, other: other.publicKey } as const;
  const text = random.below(3) === 0 ? [records.dkim.value] : buildDkimRecords(random, keys).filter(isReadAlike);
  return { ...spf.zone, [records.dkim.name]: { TXT: text }, [records.dmarc.name]: { TXT: dmarc } };
}

/** mailauth, which proves, takes `P=` for `p=`; the names of tags are case-sensitive (RFC 6376 §3.2), and other receivers take them so. */
function isReadAlike(text: string): boolean {
  return !/(?:^|;)\s*P\s*=/.test(text);
}

function judge(zone: SpfZone) {
  const lookups = new Map<string, LookupResult>();
  const expected = { name: DOMAIN, records, isUp: mapFlags(() => false) };
  for (let rounds = 0; rounds < 40; rounds++) {
    const step = checkDomain(expected, lookups);
    if (step.done) return step.value;
    for (const question of step.ask) lookups.set(questionKey(question), answer(zone, question));
  }
  throw new Error('The rules ask without end.');
}

function prove(zone: SpfZone, message: Buffer) {
  const ctx = {
    meters: { answer: () => undefined },
    dns: {
      lookup: async (question: Question) => answer(zone, question),
      lookupAll: async (questions: readonly Question[]) => questions.map((question) => answer(zone, question)),
    },
  } as unknown as Pick<Context, 'dns' | 'meters'>;
  const { name } = records.mail_from_spf;
  return receive(ctx, message, {
    domain: DOMAIN,
    envelope: { mailFrom: `bounce@${name}`, helo: name, ip },
    keys: new Map([['autosend', records.dkim]]),
    dmarc: records.dmarc,
    budget: startBudget(),
  });
}

async function sign(): Promise<Buffer> {
  const text = [`From: a@${DOMAIN}`, 'To: b@example.net', 'Subject: Hello', '', 'A line.', ''].join('\r\n');
  const privateKey = createPrivateKey({ key: key.privateKeyDer, format: 'der', type: 'pkcs8' });
  const signature = {
    signingDomain: DOMAIN,
    selector: 'autosend',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    algorithm: 'rsa-sha256',
  };
  const { signatures } = await dkimSign(text, { ...signature, signatureData: [signature] });
  return Buffer.from(signatures + text);
}

function answer(zone: SpfZone, question: Question): LookupResult {
  const source = { server: 'zone', address: '192.0.2.53', via: 'authoritative', rttMs: 0 } as const;
  const entry = zone[question.name];
  const found = toRecords(entry, question.type);
  const said: Answer =
    found.length > 0
      ? { outcome: 'found', records: found, ttlSeconds: 60, source }
      : { outcome: 'absent', reason: entry ? 'nodata' : 'nxdomain', negativeTtlSeconds: 60, source };
  return { question, aliases: [], zone: undefined, answers: [said] };
}

function toRecords(entry: SpfZone[string] | undefined, type: Question['type']): DnsRecord[] {
  switch (type) {
    case 'TXT':
      return (entry?.TXT ?? []).map((text) => ({ type, strings: [text] }));
    case 'MX':
      return (entry?.MX ?? []).map(([preference, exchange]) => ({ type, preference, exchange }));
    case 'A':
    case 'AAAA':
      return (entry?.[type] ?? []).map((address) => ({ type, address }));
    default:
      return [];
  }
}
