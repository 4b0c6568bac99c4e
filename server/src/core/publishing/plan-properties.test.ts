import { deepEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isKept, listRecords } from '../../../test/support/publishing/kept-records.ts';
import { applyTo, nameWanted, noteAll, type PlanWorld, planIn } from '../../../test/support/publishing/plan-world.ts';
import { randomStanding } from '../../../test/support/publishing/random-zone.ts';
import { selectChanges } from './plan.ts';
import type { PlannedChange } from './planned-change.ts';
import type { Publication } from './publication.ts';

const DOMAIN = 'example.com';
const WANTED = nameWanted(DOMAIN);

const world = randomStanding(DOMAIN).map((standing): PlanWorld => ({ domain: DOMAIN, zone: DOMAIN, standing }));

/** Applies a plan with some of its consents, and plans again. */
function round(before: PlanWorld, choose: (plan: readonly PlannedChange[]) => readonly string[]) {
  const plan = planIn(before);
  const consents = choose(plan);
  const changes = selectChanges(plan, consents);
  const standing = applyTo(before.standing, changes);
  const written: readonly Publication[] = noteAll(before.written ?? [], changes);
  return { plan, changes, consents, standing, after: { ...before, standing, written } };
}

const allConsents = (plan: readonly PlannedChange[]) => plan.flatMap(({ consent }) => consent ?? []);

describe('whatever stands in a zone', () => {
  it('no plan takes away what others have there unless it is agreed to', () => {
    fc.assert(
      fc.property(world, (before) => {
        const { standing } = round(before, () => []);
        const left = listRecords(standing);
        for (const record of listRecords(before.standing)) ok(isKept(record, left), record);
      }),
      { numRuns: 120 },
    );
  });

  it('a consent takes away only what it names', () => {
    fc.assert(
      fc.property(world, fc.integer(), (before, seed) => {
        const { plan, consents, standing } = round(before, (each) =>
          allConsents(each).filter((_, index) => ((seed >> index) & 1) === 1),
        );
        const left = listRecords(standing);
        const agreed = plan.filter(({ consent }) => consent !== null && consents.includes(consent));
        const named = agreed.flatMap(({ before: set }) => (set ? listRecords([set]) : []));
        for (const record of listRecords(before.standing)) ok(isKept(record, left) || named.includes(record), record);
        // And what is named in no consent that was given stays as it was, to the octet.
        for (const row of plan.filter(
          ({ action, consent }) => action === 'conflict' && !consents.includes(consent ?? ''),
        ))
          deepEqual(standing.find(({ name, type }) => name === row.name && type === row.type) ?? null, row.before);
      }),
      { numRuns: 120 },
    );
  });

  it('applied and planned again, nothing is left but what was not agreed to', () => {
    fc.assert(
      fc.property(world, fc.boolean(), (before, isAgreed) => {
        const { after } = round(before, isAgreed ? allConsents : () => []);
        const again = planIn(after);
        deepEqual(selectChanges(again, []), []);
        if (isAgreed) deepEqual(allConsents(again), []);
      }),
      { numRuns: 120 },
    );
  });

  it('the order in which record sets and their records come changes nothing', () => {
    fc.assert(
      fc.property(world, (before) => {
        const turned = before.standing.map((set) => ({ ...set, rdata: set.rdata.toReversed() })).toReversed();
        const say = (plan: readonly PlannedChange[]) =>
          plan.map(({ name, type, action, consent }) => [name, type, action, consent]);
        deepEqual(say(planIn({ ...before, standing: turned })), say(planIn(before)));
      }),
      { numRuns: 100 },
    );
  });

  it('names that are not ours are left alone', () => {
    fc.assert(
      fc.property(world, (before) => {
        const names = new Set(Object.values(WANTED).map(({ name }) => name));
        const { changes } = round(before, allConsents);
        for (const change of changes) ok(names.has((change.before ?? change.after)?.name ?? ''));
      }),
      { numRuns: 100 },
    );
  });

  it('what we wrote and somebody changed is theirs from then on', () => {
    fc.assert(
      fc.property(world, randomStanding(DOMAIN), (before, theirs) => {
        const first = round(before, allConsents);
        // Somebody puts their records over ours.
        const standing = applyTo(
          first.standing,
          theirs.map((after) => ({
            before: first.standing.find((set) => set.name === after.name && set.type === after.type) ?? null,
            after,
          })),
        );
        const names = new Set(theirs.filter(({ type }) => type === 'CNAME').map(({ name }) => name));
        const possible = standing.filter(({ name, type }) => type === 'CNAME' || !names.has(name));
        const second = round({ ...first.after, standing: possible }, () => []);
        const left = listRecords(second.standing);
        for (const record of listRecords(theirs))
          ok(
            isKept(record, left) ||
              first.after.written?.some(({ after }) => after && listRecords([after]).includes(record)),
            record,
          );
        deepEqual(selectChanges(planIn(second.after), []), []);
      }),
      { numRuns: 120 },
    );
  });
});
