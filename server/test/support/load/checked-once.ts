import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { AskedQuestion } from '../dns/dns-server.ts';
import type { LoggedClaim } from './claim-log.ts';

/** Times of the database and of this process are rounded. */
const ROUNDING_MS = 5;
/** Turns of the event loop in which what came in at once is read. */
const TURNS = 4;

/** A claim ends when its owner gives it back, or is replaced after it has run out; and none lasts for longer than a lease. */
export function checkClaims(claims: ReadonlyMap<string, readonly LoggedClaim[]>, leaseMs: number): void {
  for (const claim of [...claims.values()].flat()) {
    assert.ok(claim.until - claim.from <= leaseMs + ROUNDING_MS, 'a claim is longer than the lease');
    if (!claim.wasReplaced) continue;
    assert.ok(
      (claim.endedAt ?? 0) >= claim.until - ROUNDING_MS,
      `a claim was taken before it ran out: ${JSON.stringify(claim)}`,
    );
  }
}

/** Every question about a domain came from the node that held it at that time, and there was one look for each claim. */
export function checkQuestions(
  t: TestContext,
  claims: ReadonlyMap<string, readonly LoggedClaim[]>,
  asking: {
    readonly questions: readonly AskedQuestion[];
    /** The address that each node, as the claims name it, asks. */
    readonly resolverOf: Readonly<Record<string, string>>;
    /** The domain that a question is about; null for one that is about all. */
    readonly findDomainName: (question: AskedQuestion) => string | null;
    /** How long the process that notes the questions was busy at a stretch. */
    readonly busyMs: number;
  },
): void {
  // What came in while this process was busy is read behind what came before it, which takes a few turns. What only explains
  // is not waited for to its end, so it may be noted after its check is over.
  const lateMs = ROUNDING_MS + TURNS * asking.busyMs;
  t.diagnostic(`questions were noted at most ${Math.ceil(lateMs)} ms late`);
  const nodeOf = new Map(Object.entries(asking.resolverOf).map(([node, address]) => [address, node]));
  const asked = new Set<string>();
  for (const question of asking.questions) {
    const domain = asking.findDomainName(question);
    const node = nodeOf.get(question.address);
    if (domain === null || node === undefined) continue;
    const { at } = question;
    const held = (claims.get(domain) ?? []).filter(
      (each) => each.node === node && each.from - ROUNDING_MS <= at && at <= endOf(each) + lateMs,
    );
    const what = `${node} asked for ${question.name} ${question.type} at ${at}`;
    assert.ok(held.length > 0, `${what}, and did not hold the domain: ${JSON.stringify(claims.get(domain))}`);
    // What is repeated because no answer came in time is asked without EDNS. Two claims may be closer than a note is late.
    const [claim] = held;
    if (!question.edns || held.length > 1) continue;
    const key = `${claim?.owner} ${claim?.from} ${question.name} ${question.type}`;
    assert.ok(!asked.has(key), `${what}, twice under one claim`);
    asked.add(key);
  }
}

function endOf({ until, endedAt }: LoggedClaim): number {
  return Math.min(until, endedAt ?? until);
}
