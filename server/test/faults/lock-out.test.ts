import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTestApp, type TestApp } from '../support/app.ts';
import { type Browser, openBrowser, PASSWORD, setUpOwner, signIn } from '../support/browser/dashboard.ts';
import { signInFrom } from '../support/browser/sign-in-from.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';

const GUESSES = readTimes(120);
const NETWORKS = 25;
const EMAIL = 'owner@example.com';
const right = { email: EMAIL, password: PASSWORD };
/** How often the owner comes while strangers guess. */
const VISITS = 6;

const random = createSeededRandom();
const nodes: TestApp[] = [];
let session: Browser;
before(async () => {
  const first = await createTestApp(import.meta.url);
  nodes.push(first, await createTestApp(import.meta.url, { beside: first }));
  session = await setUpOwner(first, EMAIL);
});
after(async () => {
  for (const node of nodes.reverse()) await node.close();
});

const pick = <T>(from: readonly T[]): T => from[random.below(from.length)] ?? assert.fail('nothing to pick from');

test(`strangers who guess from ${NETWORKS} networks, on two nodes, keep nobody out: seed ${random.seed}`, async (t) => {
  const [node] = nodes;
  assert.ok(node);
  const wrong: string[] = [];
  const admitted = new Map<string, number>();
  const cookie = (await signIn(node, EMAIL)).cookie();

  for (let visit = 0; visit < VISITS; visit += 1) {
    for (let n = 0; n < GUESSES / VISITS; n += 5) {
      const replies = await Promise.all(
        Array.from({ length: 5 }, async () => {
          // The last ones share the owner's own network.
          const address = random.below(NETWORKS) === 0 ? '127.0.0.1' : `192.0.2.${random.below(NETWORKS)}`;
          const { status } = await signInFrom(pick(nodes), address, { email: EMAIL, password: `wrong ${n}` });
          return { address, status };
        }),
      );
      for (const { address, status } of replies) {
        if (status === 401) admitted.set(address, (admitted.get(address) ?? 0) + 1);
        else if (status !== 429) wrong.push(`a guess was answered with ${status}`);
      }
    }
    const known = await signInFrom(pick(nodes), pick(['127.0.0.1', '192.0.2.1']), right, { cookie });
    if (known.status !== 200) wrong.push(`a browser that is known: ${known.text}`);
    const unknown = await signInFrom(pick(nodes), `198.51.100.${visit}`, right);
    if (unknown.status !== 200) wrong.push(`an unknown browser in another network: ${unknown.text}`);
    const newPassword = `${PASSWORD}, number ${visit}`;
    const body = { currentPassword: right.password, newPassword };
    const changed = await session.send('POST /api/account/password', { body });
    if (changed.status === 200) right.password = newPassword;
    else wrong.push(`the password in an open session: ${changed.text}`);
  }
  // Each visit takes the count of the account back, so at most this many in each place.
  for (const [address, count] of admitted)
    if (count > 10) wrong.push(`${count} guesses from ${address} were let through in a quarter of an hour`);
  const stranger = await openBrowser(node).send('POST /api/session', { body: { email: EMAIL, password: 'wrong' } });
  assert.notEqual(stranger.status, 200);
  tellDone(t, GUESSES, 'wrong passwords');
  tellDone(t, VISITS * 3, 'acts of the owner meanwhile');
  tellWrong(t, wrong);
  assert.deepEqual(wrong, []);
});
