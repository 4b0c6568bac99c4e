import type { StoredDomain } from '../../db/queries/domains.ts';
import { findIntent, type StoredIntent } from '../../db/queries/publishing/intents.ts';
import type { AttributesObject, PublishingObject } from '../../wire/attributes.ts';
import type { Context } from '../context.ts';
import { findDkimMode } from '../domain-object/domain-records.ts';

/** Reads what belongs to a domain and isn't in the Domain object. */
export async function getAttributes(ctx: Pick<Context, 'db'>, domain: StoredDomain): Promise<AttributesObject> {
  const { externalId, metadata, autoPublish } = domain;
  return {
    externalId,
    metadata: { ...metadata },
    dkimMode: findDkimMode(domain),
    autoPublish,
    publishing: await getPublishing(ctx, domain),
  };
}

/** Reads how publishing a domain automatically stands; null unless it is. */
async function getPublishing(
  ctx: Pick<Context, 'db'>,
  { id, autoPublish }: Pick<StoredDomain, 'id' | 'autoPublish'>,
): Promise<PublishingObject | null> {
  const intent = autoPublish ? await findIntent(ctx.db, id) : null;
  return intent && formatPublishing(intent);
}

/** Shows how publishing a domain automatically stands. */
export function formatPublishing({ problem, drift, comparedAt, nextAt }: StoredIntent): PublishingObject {
  return {
    problem: problem && { ...problem, conflicts: [...problem.conflicts] },
    drift: drift.map(({ before, after, isRight }) => ({
      name: before.name,
      type: before.type,
      before: [...before.rdata],
      after: [...(after?.rdata ?? [])],
      isRight,
    })),
    comparedAt: comparedAt?.toISOString() ?? null,
    nextTryAt: (problem && problem.reason !== 'needs_consent' && nextAt?.toISOString()) || null,
  };
}
