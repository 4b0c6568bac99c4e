import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, test } from 'node:test';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { checkDkim } from '../../../src/core/dkim/check.ts';
import { createDkimKey } from '../../../src/crypto/dkim-keys.ts';
import { createSeededRandom } from '../../support/dns/seeded-random.ts';
import { readTimes } from '../../support/load/full-run.ts';
import { DKIM_JUDGES, judgeDkim } from '../../support/verifiers/dkim-judges.ts';
import { explainMissingJudge } from '../../support/verifiers/judge.ts';
import { DKIM_LENIENCIES } from './dkim-leniencies.ts';
import { buildDkimRecords } from './dkim-records.ts';

// A record that we call right, receivers must accept with a real signature, and the other way round, but for what is listed
// in `dkim-leniencies.ts`. AUTOSEND_TEST_TIMES=20000 for the long run.

const random = createSeededRandom();
const other = await createDkimKey();

/** One key, its records of random shape, and a message that is signed with it. */
async function createBench(size: 2048 | 4096, times: number) {
  const key = await createDkimKey(`rsa-${size}`);
  const oursBare = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' })
    .export({ format: 'der', type: 'pkcs1' })
    .toString('base64');
  const keys = { ours: key.publicKey, oursBare, other: other.publicKey };
  return {
    ours: key.publicKey,
    recordSets: Array.from({ length: times }, () => buildDkimRecords(random, keys)),
    message: await sign(
      ['From: a@example.com', 'To: b@example.net', 'Subject: Hello', '', 'A line.', ''].join('\r\n'),
      key.privateKeyDer,
    ),
  };
}

async function sign(text: string, key: Buffer): Promise<string> {
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const signature = {
    signingDomain: 'example.com',
    selector: 'autosend',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    algorithm: 'rsa-sha256',
  };
  const { signatures, errors } = await dkimSign(text, { ...signature, signatureData: [signature] });
  assert.deepEqual(errors, []);
  return signatures + text;
}

// A key of 4096 bits ends in "==", one of 2048 in nothing.
const times = readTimes(500);
const benches = [await createBench(2048, Math.ceil((times * 4) / 5)), await createBench(4096, Math.floor(times / 5))];

/** Valid, and told to be refused by some. */
const WARNED: readonly string[] = ['dkim_key_unpadded', 'dkim_tag_refused'];

describe('DKIM: our verdict and that of other implementations', () => {
  for (const judge of DKIM_JUDGES)
    test(`${judge.name} agrees on ${times} random records`, async (t) => {
      const missing = await explainMissingJudge(judge);
      if (missing) return t.skip(missing);
      t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
      const wrong: string[] = [];
      const lenient = new Map<string, number>();
      for (const { ours, message, recordSets } of benches) {
        const results = await judgeDkim(judge, message, recordSets);
        assert.equal(results.length, recordSets.length);
        for (const [index, txt] of recordSets.entries()) {
          const { status, observations } = checkDkim(ours, txt);
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
          const known = DKIM_LENIENCIES.find((each) => each.judges.includes(judge.name) && each.has(record));
          if (known) lenient.set(known.what, (lenient.get(known.what) ?? 0) + 1);
          else wrong.push(`not VERIFIED, and ${judge.name} accepts it: ${told}`);
        }
      }
      for (const [what, count] of lenient) t.diagnostic(`more lenient than we are: ${what} (${count})`);
      assert.deepEqual(wrong.slice(0, 12), [], `${wrong.length} differences, AUTOSEND_TEST_SEED=${random.seed}`);
    });
});
