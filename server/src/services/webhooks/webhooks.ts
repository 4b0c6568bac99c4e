/*
 * Webhooks. People and programs manage them here (`webhooks.ts`, `deliveries.ts`); a change writes what is due in its
 * own transaction (`db/queries/history.ts`), and a worker claims it and makes one try after the other (`deliver.ts`):
 * `send-once.ts` signs and sends (`services/outgoing/` looks up the host and refuses addresses), `secrets.ts` opens what
 * signs. Rules of time are in `core/webhooks/schedule.ts`.
 */

import { AppError, validationError } from '../../core/errors.ts';
import { buildId, isId, type ProjectId } from '../../core/ids.ts';
import { isEventPattern } from '../../core/lifecycle/event-patterns.ts';
import { parseWebhookUrl } from '../../core/webhooks/address.ts';
import { PREVIOUS_SECRET_MS } from '../../core/webhooks/schedule.ts';
import type { Db } from '../../db/db.ts';
import * as table from '../../db/queries/webhooks.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { addWithinQuota } from '../node/quotas.ts';
import { type Author, holdAuthor } from '../people/author.ts';
import { openSecrets, sealNewSecret, sealSecret } from './secrets.ts';

export type { StoredWebhook } from '../../db/queries/webhooks.ts';

/** What a webhook is made from. */
export interface WebhookInput {
  readonly url: string;
  readonly events: readonly string[];
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** Creates a webhook. Its secret is given back in clear. @throws AppError VALIDATION_FAILED, QUOTA_EXCEEDED, FORBIDDEN, UNAUTHORIZED */
export async function createWebhook(
  ctx: Context,
  projectId: ProjectId,
  input: WebhookInput,
): Promise<{ webhook: table.StoredWebhook; secret: string }> {
  const url = readUrl(ctx, input.url);
  const events = readEvents(input.events);
  const now = ctx.clock.now();
  const id = buildId(now, ctx.randomBytes(8));
  const { secret, sealed } = sealNewSecret(ctx, id);
  const webhook = await addWithinQuota(ctx, 'webhooks', { projectId }, async (tx) => {
    const author = await holdAuthor(tx, projectId, now);
    const metadata = input.metadata ?? null;
    const times = { createdAt: now, updatedAt: now };
    const added = await table.insertWebhook(tx, {
      id,
      projectId,
      url,
      events,
      metadata,
      ...author,
      ...sealed,
      ...times,
    });
    await note(tx, added, now, { action: 'webhook.created', after: { url, events } });
    return added;
  });
  return { webhook, secret };
}

/** Lists a page of a project's webhooks, newest first. */
export async function listWebhooks(
  ctx: Pick<Context, 'db'>,
  projectId: ProjectId,
  filter: { readonly isActive?: boolean; readonly page: number; readonly limit: number },
): Promise<{ webhooks: table.StoredWebhook[]; total: number }> {
  return table.listWebhooks(ctx.db, projectId, filter);
}

/** Gets a webhook. @throws AppError WEBHOOK_NOT_FOUND, the same for another project's id and for one that never was */
export async function getWebhook(
  ctx: Pick<Context, 'db'>,
  projectId: ProjectId,
  id: string,
): Promise<table.StoredWebhook> {
  const webhook = isId(id) ? await table.findWebhook(ctx.db, projectId, id) : null;
  if (!webhook) throw webhookNotFound();
  return webhook;
}

/** The answer for an id that this project does not have. */
export function webhookNotFound(): AppError {
  return new AppError('WEBHOOK_NOT_FOUND', 'Webhook not found');
}

/** What may change of a webhook. */
export type WebhookChange = {
  readonly [Key in keyof WebhookInput]?: WebhookInput[Key] | undefined;
} & { readonly isActive?: boolean | undefined };

/** Changes a webhook: whoever gives it another address is its author. Enabling one goes on with what is left. @throws AppError WEBHOOK_NOT_FOUND, VALIDATION_FAILED, FORBIDDEN, UNAUTHORIZED */
export async function updateWebhook(
  ctx: Context,
  projectId: ProjectId,
  id: string,
  change: WebhookChange,
): Promise<table.StoredWebhook> {
  const url = change.url === undefined ? undefined : readUrl(ctx, change.url);
  const events = change.events === undefined ? undefined : readEvents(change.events);
  return withAuthor(ctx, projectId, id, async (tx, before, now, author) => {
    const { isActive, metadata } = change;
    const isEnabled = isActive === true && !before.isActive;
    const after = await table.updateWebhook(tx, id, {
      ...(url !== undefined && { url }),
      ...(url !== undefined && url !== before.url && author),
      ...(events && { events }),
      ...(metadata && { metadata }),
      ...(isActive !== undefined && { isActive }),
      // Five days begin anew.
      ...(isEnabled && { disabledReason: null, failingSince: null }),
      updatedAt: now,
    });
    const pick = (webhook: table.StoredWebhook) => ({
      url: webhook.url,
      events: webhook.events,
      isActive: webhook.isActive,
    });
    await note(tx, after, now, { action: 'webhook.updated', before: pick(before), after: pick(after) });
    return after;
  });
}

/** Deletes a webhook with all that waits for it. @throws AppError WEBHOOK_NOT_FOUND */
export async function deleteWebhook(ctx: Context, projectId: ProjectId, id: string): Promise<table.StoredWebhook> {
  return withWebhook(ctx, projectId, id, async (tx, webhook, now) => {
    await table.deleteWebhook(tx, projectId, id);
    await note(tx, webhook, now, { action: 'webhook.deleted' });
    return webhook;
  });
}

/** Reveals a webhook's secret, and notes that it was. @throws AppError WEBHOOK_NOT_FOUND */
export async function revealSecret(ctx: Context, projectId: ProjectId, id: string): Promise<string> {
  return withWebhook(ctx, projectId, id, async (tx, webhook, now) => {
    await note(tx, webhook, now, { action: 'webhook.secret_revealed' });
    return openSecrets(ctx, webhook, now)[0];
  });
}

/**
 * Gives a webhook another secret. The one of before signs beside it for a day. Where it is changed twice within a day, only the last
 * two sign.
 * @throws AppError WEBHOOK_NOT_FOUND
 */
export async function rotateSecret(
  ctx: Context,
  projectId: ProjectId,
  id: string,
): Promise<{ webhook: table.StoredWebhook; secret: string; previousUntil: Date }> {
  return withWebhook(ctx, projectId, id, async (tx, before, now) => {
    const { secret, sealed } = sealNewSecret(ctx, id);
    const previousUntil = new Date(now.getTime() + PREVIOUS_SECRET_MS);
    // Sealed anew with the key that seals now: one key id stands for both.
    const previousSealed = sealSecret(ctx, id, openSecrets(ctx, before, now)[0]);
    const webhook = await table.updateWebhook(tx, id, { ...sealed, previousSealed, previousUntil, updatedAt: now });
    await note(tx, webhook, now, { action: 'webhook.secret_rotated' });
    return { webhook, secret, previousUntil };
  });
}

/** The same with whoever does it, held before the row, as their removal does. @throws AppError WEBHOOK_NOT_FOUND, FORBIDDEN, UNAUTHORIZED */
function withAuthor<T>(
  ctx: Context,
  projectId: ProjectId,
  id: string,
  work: (tx: Db, webhook: table.StoredWebhook, now: Date, author: Author) => Promise<T>,
): Promise<T> {
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const author = await holdAuthor(tx, projectId, now);
    return work(tx, await lock(tx, projectId, id), now, author);
  });
}

/** @throws AppError WEBHOOK_NOT_FOUND */
async function lock(tx: Db, projectId: ProjectId, id: string): Promise<table.StoredWebhook> {
  const webhook = isId(id) ? await table.lockWebhook(tx, projectId, id) : null;
  if (!webhook) throw webhookNotFound();
  return webhook;
}

/** Runs something under the lock of a webhook's row. @throws AppError WEBHOOK_NOT_FOUND */
async function withWebhook<T>(
  ctx: Context,
  projectId: ProjectId,
  id: string,
  work: (tx: Db, webhook: table.StoredWebhook, now: Date) => Promise<T>,
): Promise<T> {
  return ctx.db.transaction(async (tx) => work(tx, await lock(tx, projectId, id), ctx.clock.now()));
}

type Noted = Omit<Parameters<typeof noteAction>[2], 'projectId' | 'object'>;

async function note(tx: Db, { id, url, projectId }: table.StoredWebhook, now: Date, event: Noted): Promise<void> {
  await noteAction(tx, now, { ...event, projectId, object: { kind: 'webhook', id, name: url } });
}

function readUrl({ webhookPolicy }: Pick<Context, 'webhookPolicy'>, text: string): string {
  return parseWebhookUrl(text, { allowHttp: webhookPolicy.allowPrivate });
}

function readEvents(events: readonly string[]): string[] {
  const unknown = events.find((event) => !isEventPattern(event));
  if (unknown !== undefined)
    throw validationError('events', `${JSON.stringify(unknown)} isn't an event, a group such as domain.*, or *.`);
  return [...new Set(events)];
}
