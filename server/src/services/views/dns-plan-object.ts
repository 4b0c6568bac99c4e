import { sayOfPlan } from '../../core/findings/words/plan.ts';
import type { PlannedChange } from '../../core/publishing/planned-change.ts';
import type { RrSet } from '../../core/publishing/rr-set.ts';
import { placeOf } from '../../core/publishing/withdrawal.ts';
import type { AppliedDnsPlanObject, DnsChangeObject, DnsPlanObject } from '../../wire/dns-plan.ts';
import type { AppliedPlan } from '../publishing/apply.ts';
import type { DnsPlan } from '../publishing/plan.ts';

/** Formats a plan, with its reasons and consents in words. */
export function formatDnsPlan({ planId, zone, connection, isUnderWay, changes }: DnsPlan): DnsPlanObject {
  return {
    planId,
    zone: zone.name,
    connectionId: connection.id,
    connectionName: connection.name,
    isBeingWritten: isUnderWay,
    changes: changes.map(formatChange),
  };
}

/** Formats what came of a plan. */
export function formatAppliedPlan({ plan, written, consents }: AppliedPlan): AppliedDnsPlanObject {
  const isLeft = ({ action, consent }: PlannedChange) =>
    action === 'conflict' && (consent === null || !consents.includes(consent));
  return {
    status: written === null ? 'writing' : 'written',
    zone: plan.zone.name,
    connectionId: plan.connection.id,
    written: (written ?? []).map((change) => ({
      ...placeOf(change),
      before: formatSet(change.before),
      after: formatSet(change.after),
    })),
    left: plan.changes.filter(isLeft).map(formatChange),
  };
}

function formatChange(change: PlannedChange): DnsChangeObject {
  const { name, type, action, before, after, reason, consent } = change;
  const said = sayOfPlan(change);
  return {
    name,
    type,
    action,
    before: formatSet(before),
    after: formatSet(after),
    ...(reason &&
      said && { reason: { code: reason.code, message: said.detail, fix: consent === null ? said.fix : null } }),
    ...(consent !== null && { consent: { code: consent, message: said?.fix ?? 'Replace what is there.' } }),
  };
}

function formatSet(set: RrSet | null) {
  return set && { ttl: set.ttlSeconds, rdata: [...set.rdata] };
}
