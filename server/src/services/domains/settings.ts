import { isId, type ProjectId } from '../../core/ids.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/domains.ts';
import { noteDnsIntent } from '../../db/queries/publishing/intents.ts';
import { findActor } from '../audit/acting.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { noteEvents } from '../events/note-events.ts';
import { inTimeOf } from '../test-mode/test-mode.ts';
import { domainNotFound } from './domains.ts';

/** What may be changed of a domain; what is left out stays as it is. */
export interface SettingsChange {
  /** The age in days at which the active RSA key gets a successor automatically; 0 for never. */
  readonly dkimRotationDays?: number | undefined;
  /** Whether the service writes the domain's records into DNS. */
  readonly autoPublish?: boolean | undefined;
}

/** Changes the settings of a domain. @throws AppError NOT_FOUND */
export async function updateDomainSettings(
  ctx: Pick<Context, 'db' | 'clock' | 'realClock' | 'timing' | 'mailer'>,
  projectId: ProjectId,
  domainId: string,
  { dkimRotationDays, autoPublish }: SettingsChange,
): Promise<StoredDomain> {
  return ctx.db.transaction(async (tx) => {
    const domain = isId(domainId) ? await table.lockDomain(tx, projectId, domainId) : null;
    if (!domain) throw domainNotFound();
    const after: Partial<table.DomainSettings> = {
      ...(dkimRotationDays !== undefined && dkimRotationDays !== domain.dkimRotationDays && { dkimRotationDays }),
      ...(autoPublish !== undefined && autoPublish !== domain.autoPublish && { autoPublish }),
    };
    if (Object.keys(after).length === 0) return domain;
    await table.updateSettings(tx, domain.id, after);
    const changed = { ...domain, ...after };
    const previous = {
      ...('dkimRotationDays' in after && { dkimRotationDays: domain.dkimRotationDays }),
      ...('autoPublish' in after && { autoPublish: domain.autoPublish }),
    };
    const own = await inTimeOf(ctx, domain, tx);
    await noteEvents(own, tx, domain, own.clock.now(), [{ type: 'domain.updated', data: { previous } }], findActor());
    await noteAction(tx, ctx.realClock.now(), {
      action: 'domain.updated',
      projectId,
      object: { kind: 'domain', id: domain.id, name: domain.name },
      before: previous,
      after,
    });
    if (after.autoPublish) await noteDnsIntent(tx, changed, ctx.realClock.now());
    return changed;
  });
}
