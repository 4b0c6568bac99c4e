/*
 * Projects (the tenants) and their API keys. `projects.ts` creates, changes and deletes a project with everything
 * in it, `api-keys.ts` issues keys and finds who calls, `bootstrap.ts` creates the first project and refuses to
 * start with the wrong secret key. Who works in a project is in `people/`.
 */

import { readOrigins } from '../../core/access/return-url.ts';
import { AppError, validationError } from '../../core/errors.ts';
import { buildId, isId, type ProjectId } from '../../core/ids.ts';
import { isPlainText } from '../../core/plain-text.ts';
import type { DkimMode } from '../../core/records/key-slots.ts';
import { findRegion } from '../../core/records/regions.ts';
import type { Db } from '../../db/db.ts';
import * as table from '../../db/queries/projects.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { wipeGoneKeys } from '../node/wiped-keys.ts';
import { noteIdentities } from '../sending-providers/identity-intents.ts';

export type { Project } from '../../db/queries/projects.ts';

/** The region of a project for which none was named. */
export const DEFAULT_REGION = 'us-east-1';

const DELETE_BATCH = 1_000;
const HANDLE_TRIES = 5;

/** What a project is made from. */
export interface NewProject {
  readonly name: string;
  readonly primaryRegion?: string;
  /** Whether its domains play parts, without any DNS; it stays so. */
  readonly isTest?: boolean | undefined;
}

type CreateContext = Pick<Context, 'clock' | 'randomBytes' | 'regions'>;

/** Creates a project of the operator's, whose name no other has. @throws AppError VALIDATION_FAILED, PROJECT_ALREADY_EXISTS */
export async function createProject(ctx: CreateContext, db: Db, input: NewProject): Promise<table.Project> {
  const project = buildProject(ctx, input);
  const { name } = project;
  const isTaken = (await table.findProjectsByName(db, name)).length > 0;
  if (!isTaken && (await table.insertProject(db, project))) {
    await noteCreated(db, project);
    return project;
  }
  throw nameTaken(name);
}

/**
 * Creates a project of a tenant. Only names that they see are taken: what other tenants call theirs is no business of
 * theirs, and shows in no answer.
 * @param seen the names of the projects that they see
 * @throws AppError VALIDATION_FAILED, PROJECT_ALREADY_EXISTS
 */
export async function createTenantProject(
  ctx: CreateContext,
  db: Db,
  input: NewProject,
  seen: readonly string[],
): Promise<table.Project> {
  const project = buildProject(ctx, input);
  if (seen.includes(project.name)) throw nameTaken(project.name);
  for (let tries = 0; tries < HANDLE_TRIES; tries += 1)
    if (await table.insertTenantProject(db, project, drawDigits(ctx))) {
      await noteCreated(db, project);
      return project;
    }
  throw new AppError('SERVICE_UNAVAILABLE', 'The project could not be created. Please try again.', {
    retryAfterSeconds: 1,
  });
}

function buildProject(ctx: CreateContext, input: NewProject): table.Project {
  const name = requireName(input.name);
  const primaryRegion = input.primaryRegion ?? findDefaultRegion(ctx);
  requireRegion(ctx, primaryRegion, 'primaryRegion');
  const now = ctx.clock.now();
  const id = buildId(now, ctx.randomBytes(8)) as ProjectId;
  return {
    id,
    name,
    primaryRegion,
    requireSecondFactor: false,
    brandColor: null,
    returnOrigins: null,
    logoVersion: null,
    dkimMode: 'txt',
    isTest: input.isTest ?? false,
    clockOffsetMs: 0,
    createdAt: now,
  };
}

function noteCreated(db: Db, { id, name, primaryRegion, isTest, createdAt }: table.Project): Promise<void> {
  const object = { kind: 'project', id, name };
  return noteAction(db, createdAt, {
    action: 'project.created',
    projectId: id,
    object,
    after: { name, primaryRegion, ...(isTest && { isTest }) },
  });
}

function drawDigits(ctx: Pick<Context, 'randomBytes'>): string {
  return ctx.randomBytes(4).toString('hex');
}

/**
 * Changes a project's name, its primary region (domains that are there keep theirs), its color or whether it requires a second factor.
 * @param seen the names of the other projects that whoever changes it sees
 * @throws AppError VALIDATION_FAILED, PROJECT_ALREADY_EXISTS
 */
export async function updateProject(
  ctx: Pick<Context, 'db' | 'clock' | 'regions' | 'randomBytes' | 'keysZone'>,
  project: table.Project,
  change: {
    name?: string | undefined;
    primaryRegion?: string | undefined;
    requireSecondFactor?: boolean | undefined;
    brandColor?: string | null | undefined;
    returnOrigins?: readonly string[] | undefined;
    dkimMode?: DkimMode | undefined;
  },
  seen: readonly string[],
): Promise<table.Project> {
  const name = requireName(change.name ?? project.name);
  const primaryRegion = change.primaryRegion ?? project.primaryRegion;
  const requireSecondFactor = change.requireSecondFactor ?? project.requireSecondFactor;
  const brandColor = change.brandColor === undefined ? project.brandColor : change.brandColor;
  const returnOrigins =
    change.returnOrigins === undefined ? project.returnOrigins : requireOrigins(change.returnOrigins);
  const dkimMode = change.dkimMode ?? project.dkimMode;
  // What it has may have become impossible: renaming goes on all the same.
  if (change.dkimMode !== undefined) requireDkimMode(ctx, project, change.dkimMode);
  // The region that it has may be gone from the table by now: renaming goes on all the same.
  if (change.primaryRegion !== undefined) requireRegion(ctx, primaryRegion, 'primaryRegion');
  if (name !== project.name && seen.includes(name)) throw nameTaken(name);
  await ctx.db.transaction(async (tx) => {
    const settings = { name, primaryRegion, requireSecondFactor, brandColor, returnOrigins, dkimMode };
    await table.updateProject(tx, project.id, settings, drawDigits(ctx));
    await noteAction(tx, ctx.clock.now(), {
      action: 'project.updated',
      projectId: project.id,
      object: { kind: 'project', id: project.id, name },
      before: {
        name: project.name,
        primaryRegion: project.primaryRegion,
        requireSecondFactor: project.requireSecondFactor,
        brandColor: project.brandColor,
        returnOrigins: project.returnOrigins,
        dkimMode: project.dkimMode,
      },
      after: settings,
    });
  });
  return { ...project, name, primaryRegion, requireSecondFactor, brandColor, returnOrigins, dkimMode };
}

/**
 * Refuses a way to publish DKIM keys that a project can't have: CNAMEs need a zone that they lead into, and a test domain has
 * no DNS.
 * @throws AppError VALIDATION_FAILED
 */
export function requireDkimMode(
  { keysZone }: Pick<Context, 'keysZone'>,
  { isTest }: Pick<table.Project, 'isTest'>,
  mode: DkimMode,
): void {
  if (mode === 'txt') return;
  if (isTest)
    throw validationError('dkimMode', "dkimMode can't be cname in a test project, whose domains have no DNS.");
  if (keysZone === null)
    throw validationError(
      'dkimMode',
      "dkimMode can't be cname: this installation has no keys zone (AUTOSEND_KEYS_ZONE).",
    );
}

/** Gives the project of the first start the name that its owner chooses. For the operator it stays `default`, which commands mean. */
export async function nameFirstProject(tx: Db, project: table.Project, name: string): Promise<table.Project> {
  await table.setProjectTitle(tx, project.id, name);
  return { ...project, name };
}

/**
 * Deletes a project with its keys, domains and their history. In steps, because one statement for a million domains would
 * run into every limit; keys go first, so that nothing is added meanwhile. Half-done, it can be done again.
 * @param confirm the project's name, typed by the person
 * @throws AppError VALIDATION_FAILED
 */
export async function deleteProject(
  ctx: Pick<Context, 'db' | 'clock' | 'regions' | 'openedKeys' | 'signers'>,
  project: table.Project,
  confirm: string,
): Promise<void> {
  requireConfirmation(confirm, project.name);
  await ctx.db.transaction(async (tx) => {
    await table.deleteProjectKeys(tx, project.id);
    await noteAction(tx, ctx.clock.now(), {
      action: 'project.deleted',
      projectId: project.id,
      object: { kind: 'project', id: project.id, name: project.name },
    });
  });
  let deleted = 0;
  do {
    deleted = await ctx.db.transaction(async (tx) => {
      const domains = await table.deleteSomeDomains(tx, project.id, DELETE_BATCH);
      await noteIdentities(ctx, tx, domains);
      return domains.length;
    });
  } while (deleted > 0);
  await table.deleteProject(ctx.db, project.id);
  await wipeGoneKeys(ctx);
}

/** Compares what a person typed with the name of what is to be deleted. @throws AppError VALIDATION_FAILED */
export function requireConfirmation(confirm: string, name: string): void {
  if (confirm !== name) throw validationError('confirm', "The name doesn't match. Nothing was deleted.");
}

/** @throws AppError VALIDATION_FAILED */
function requireOrigins(texts: readonly string[]): readonly string[] {
  const reading = readOrigins(texts);
  if ('origins' in reading) return reading.origins;
  throw validationError('returnOrigins', reading.fault);
}

function requireName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > 100)
    throw validationError('name', 'A project name must be 1 to 100 characters long.');
  if (!isPlainText(name)) throw validationError('name', "A project name can't have control characters.");
  return name;
}

function nameTaken(name: string): AppError {
  return new AppError('PROJECT_ALREADY_EXISTS', `A project named "${name}" already exists.`);
}

/** Gets a project by its name or ID. @throws AppError NOT_FOUND, VALIDATION_FAILED where several tenants have that name */
export async function getProjectByName(ctx: Pick<Context, 'db'>, name: string): Promise<table.Project> {
  const byId = isId(name) ? await table.findProject(ctx.db, name as ProjectId) : null;
  const [project, ...others] = byId ? [byId] : await table.findProjectsByName(ctx.db, name);
  if (!project) throw new AppError('NOT_FOUND', `There is no project named "${name}".`);
  if (others.length === 0) return project;
  const ids = [project, ...others].map(({ id }) => id).join(', ');
  throw validationError('project', `Several projects are named "${name}". Use the ID of one of them: ${ids}.`);
}

/** Lists all projects, oldest first. */
export function listProjects(ctx: Pick<Context, 'db'>): Promise<table.Project[]> {
  return table.listProjects(ctx.db);
}

/** Finds a configured region. @throws AppError VALIDATION_FAILED that names those that exist */
export function requireRegion(ctx: Pick<Context, 'regions'>, key: string, field: string) {
  const region = findRegion(ctx.regions, key);
  if (region) return region;
  const known = ctx.regions.map((each) => each.key).join(', ');
  throw validationError(field, `Unknown region ${JSON.stringify(key.slice(0, 80))}. Available regions: ${known}.`);
}

// An operator's own region table need not have ours.
function findDefaultRegion(ctx: Pick<Context, 'regions'>): string {
  return findRegion(ctx.regions, DEFAULT_REGION)?.key ?? ctx.regions[0]?.key ?? DEFAULT_REGION;
}
