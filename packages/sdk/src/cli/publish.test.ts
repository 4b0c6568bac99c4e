import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatApplied, formatPlan, type ShownApplied, type ShownPlan } from './plan-text.ts';
import { publish } from './publish.ts';

const set = (...rdata: string[]) => ({ ttl: 3600, rdata });
const CONSENT = { code: 'MX:asend.example.com:5f0c2b1a', message: 'Delete the MX record "10 mx.example.net".' };
const PLAN: ShownPlan = {
  planId: 'a',
  zone: 'example.com',
  connectionId: 'c',
  connectionName: 'Ours',
  isBeingWritten: false,
  changes: [
    {
      name: 'autosend._domainkey.example.com',
      type: 'TXT',
      action: 'create',
      before: null,
      after: set(`"${'k'.repeat(120)}"`),
    },
    {
      name: 'asend.example.com',
      type: 'TXT',
      action: 'merge',
      before: set('"v=spf1 mx -all"', '"other"'),
      after: set('"other"', '"v=spf1 include:amazonses.com mx -all"'),
      reason: { message: 'We add `include:amazonses.com`.', fix: null },
    },
    {
      name: 'asend.example.com',
      type: 'MX',
      action: 'conflict',
      before: set('10 mx.example.net.'),
      after: set('10 feedback.example.net.'),
      reason: { message: '`asend.example.com` has another mail server.', fix: null },
      consent: CONSENT,
    },
    {
      name: '_dmarc.example.com',
      type: 'TXT',
      action: 'keep',
      before: set('"v=DMARC1; p=reject\u001b[31m"'),
      after: set('"v=DMARC1; p=reject\u001b[31m"'),
    },
  ],
};
const applied = (consents: readonly string[]): ShownApplied => ({
  status: 'written',
  zone: 'example.com',
  connectionId: 'c',
  written: [],
  left: consents.length > 0 ? [] : PLAN.changes.filter(({ consent }) => consent),
});

function stage(answers: readonly string[] | null, plans: readonly ShownPlan[] = [PLAN]) {
  const asked: string[] = [];
  const sent: (readonly string[])[] = [];
  const notes: string[] = [];
  const left = [...(answers ?? [])];
  const waiting = [...plans];
  return {
    asked,
    sent,
    notes,
    publishing: {
      getPlan: async () => waiting.shift() ?? PLAN,
      apply: async ({ consents }: { consents: string[] }) => {
        sent.push(consents);
        return applied(consents);
      },
      ask:
        answers &&
        (async (question: string) => {
          asked.push(question);
          return left.shift() ?? '';
        }),
      note: (text: string) => void notes.push(text),
    },
  };
}

describe('a plan at a terminal', () => {
  it('is a diff that people read, and steers no terminal', () => {
    assert.equal(
      formatPlan(PLAN),
      [
        'Zone example.com, through the DNS connection "Ours"',
        '',
        '+ TXT    autosend._domainkey.example.com  (create)',
        `    + "${'k'.repeat(99)}… (122 characters)`,
        '~ TXT    asend.example.com  (merge)',
        '    - "v=spf1 mx -all"',
        '      "other"',
        '    + "v=spf1 include:amazonses.com mx -all"',
        '    We add include:amazonses.com.',
        '! MX     asend.example.com  (conflict)',
        '    - 10 mx.example.net.',
        '    + 10 feedback.example.net.',
        '    asend.example.com has another mail server.',
        '    With --consent MX:asend.example.com:5f0c2b1a:',
        '      Delete the MX record "10 mx.example.net".',
        '= TXT    _dmarc.example.com  (keep)',
        '      "v=DMARC1; p=reject\\x1b[31m"',
        '',
        '1 create, 1 merge, 1 conflict, 1 keep. Nothing has been written yet.',
      ].join('\n'),
    );
  });

  it('is shown before anything is asked; each conflict is asked about, then whether to write', async () => {
    const { asked, sent, notes, publishing } = stage(['y', 'yes']);
    await publish(publishing, []);
    assert.match(notes[0] ?? '', /^Zone example\.com/);
    assert.deepEqual(asked, [`${CONSENT.message} Do you agree? [y/N] `, 'Publish in example.com? [y/N] ']);
    assert.deepEqual(sent, [[CONSENT.code]]);
  });

  it('writes nothing where somebody says no at the end, and no conflict that they said no to', async () => {
    const no = stage(['y', 'n']);
    assert.equal((await publish(no.publishing, [])).applied, null);
    assert.deepEqual(no.sent, []);
    const some = stage(['', 'y']);
    assert.equal((await publish(some.publishing, [])).applied?.left.length, 1);
    assert.deepEqual(some.sent, [[]]);
  });
});

describe('a plan that the service goes on writing', () => {
  it('is told as what was written, once it is: never as nothing', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
    const [created, merged, conflict, kept] = PLAN.changes;
    assert.ok(created && merged && conflict && kept);
    const after = { ...PLAN, changes: [{ ...created, action: 'keep' as const }, merged, conflict, kept] };
    const { publishing } = stage(null, [PLAN, { ...PLAN, isBeingWritten: true }, after]);
    const goOn = () => void setImmediate(() => t.mock.timers.tick(2_000));
    const getPlan = async () => {
      const plan = await publishing.getPlan();
      if (plan.isBeingWritten) goOn();
      return plan;
    };
    const apply = async () => ({ ...applied([]), status: 'writing' as const });
    const { applied: told } = await publish({ ...publishing, getPlan, apply, note: goOn }, []);
    assert.ok(told);
    assert.deepEqual([told.status, told.left], ['written', [merged, conflict]]);
    const { name, type, before, after: now } = created;
    assert.deepEqual(told.written, [{ name, type, before, after: now }]);
    assert.match(formatApplied(told), /^Written to example\.com:/);
  });
});

describe('a plan without a terminal', () => {
  it('asks nothing, and agrees to what --consent names and nothing else', async () => {
    const { sent, notes, publishing } = stage(null);
    await publish(publishing, [CONSENT.code, 'MX:asend.example.com:00000000']);
    assert.deepEqual(sent, [[CONSENT.code]]);
    assert.deepEqual(notes, ["The plan doesn't ask for the consent MX:asend.example.com:00000000."]);
  });

  it('writes nothing where nothing is to be written', async () => {
    const done = { ...PLAN, changes: PLAN.changes.filter(({ action }) => action === 'keep') };
    const { sent, publishing } = stage(null, [done]);
    assert.equal((await publish(publishing, [])).applied, null);
    assert.deepEqual(sent, []);
  });
});
