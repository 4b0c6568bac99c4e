import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { describe, test } from 'node:test';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { checkDkim } from '../../../src/core/dkim/check.ts';
import { type KeyAlgorithm, type KeyKind, keyKindOf } from '../../../src/core/records/dkim-key.ts';
import { createDkimKey, openPublicKey } from '../../../src/crypto/dkim-keys.ts';
import { createSeededRandom } from '../../support/dns/seeded-random.ts';
import { readTimes } from '../../support/load/full-run.ts';
import { DKIM_JUDGES } from '../../support/verifiers/dkim-judges.ts';
import { DKIM_LENIENCIES } from './dkim-leniencies.ts';
import { buildDkimRecords } from './dkim-records.ts';

// A record that we call right, receivers must accept with a real signature, and the other way round, but for what is listed
// in `dkim-leniencies.ts`. AUTOSEND_TEST_TIMES=20000 for the long run.

const random = createSeededRandom();

const DOMAIN = 'example.com';
const MESSAGE = [`From: a@${DOMAIN}`, 'To: b@example.net', 'Subject: Hello', '', 'A line.', ''].join('\r\n');

/** One key, its records of random shape, and a message that is signed with it. */
async function createBench(algorithm: KeyAlgorithm, times: number) {
  const kind = keyKindOf(algorithm);
  const [key, other] = await Promise.all([createDkimKey(algorithm), createDkimKey(algorithm)]);
  const keys = {
    kind,
    ours: key.publicKey,
    oursOtherwise: toOtherForm(key.publicKey, algorithm),
    other: other.publicKey,
  };
  return {
    ...{ kind, ours: key.publicKey, domain: DOMAIN },
    recordSets: Array.from({ length: times }, () => buildDkimRecords(random, keys)),
    sign: (selector: string) => sign(selector, kind, key.privateKeyDer),
  };
}

/** The form that some receivers take and others do not: an RSA key bare (PKCS#1), an Ed25519 key with its wrapper. */
function toOtherForm(publicKey: string, algorithm: KeyAlgorithm): string {
  const [format, type] = keyKindOf(algorithm) === 'rsa' ? (['der', 'pkcs1'] as const) : (['der', 'spki'] as const);
  return openPublicKey(publicKey, algorithm).export({ format, type }).toString('base64');
}

async function sign(selector: string, kind: KeyKind, key: Buffer): Promise<string> {
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const signature = {
    signingDomain: DOMAIN,
    selector,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    algorithm: `${kind}-sha256`,
  };
  const { signatures, errors } = await dkimSign(MESSAGE, { ...signature, signatureData: [signature] });
  assert.deepEqual(errors, []);
  return signatures + MESSAGE;
}

// A key of 4096 bits ends in "==", one of 2048 in nothing, an Ed25519 one in "=".
const times = readTimes(500);
const benches = [
  await createBench('rsa-2048', Math.ceil((times * 3) / 5)),
  await createBench('rsa-4096', Math.floor(times / 5)),
  await createBench('ed25519', Math.floor(times / 5)),
];

/** Valid, and told to be refused by some. */
const WARNED: readonly string[] = ['dkim_key_unpadded', 'dkim_tag_refused', 'dkim_record_too_long'];

describe('DKIM: our verdict and that of other implementations', () => {
  for (const judge of DKIM_JUDGES)
    test(`${judge.name} agrees on ${times} random records`, async (t) => {
      const missing = await judge.explainMissing();
      if (missing) return t.skip(missing);
      t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
      const wrong: string[] = [];
      const lenient = new Map<string, number>();
      for (const bench of benches.filter(({ kind }) => judge.kinds.includes(kind))) {
        const { kind, ours, recordSets } = bench;
        const results = await judge.verify(bench);
        assert.equal(results.length, recordSets.length);
        for (const [index, txt] of recordSets.entries()) {
          const { status, observations } = checkDkim(ours, txt, kind);
          const codes = observations.map(({ code }) => code);
          const theirs = results[index];
          const isAccepted = theirs?.passes === true;
          const told = `${JSON.stringify(txt).replaceAll(ours.slice(0, -8), 'KEY…')} ${theirs?.said} ${status} ${codes.join(' ')}`;
          // What the RFC allows and some receivers refuse is VERIFIED with a warning that says so.
          if (status === 'verified' && !isAccepted && !codes.some((code) => WARNED.includes(code)))
            wrong.push(`VERIFIED, and ${judge.name} refuses it: ${told}`);
          const [record = '', second] = txt;
          // Which of two records a receiver takes is chance (RFC 6376 §3.6.2.2).
          if (status === 'verified' || !isAccepted || second !== undefined) continue;
          const known = DKIM_LENIENCIES.find((each) => each.judges.includes(judge.name) && each.has(record, kind));
          if (known) lenient.set(known.what, (lenient.get(known.what) ?? 0) + 1);
          else wrong.push(`not VERIFIED, and ${judge.name} accepts it: ${told}`);
        }
      }
      for (const [what, count] of lenient) t.diagnostic(`more lenient than we are: ${what} (${count})`);
      assert.deepEqual(wrong.slice(0, 12), [], `${wrong.length} differences, AUTOSEND_TEST_SEED=${random.seed}`);
    });
});
