import { AppError } from '../../core/errors.ts';
import { buildId, type UserId } from '../../core/ids.ts';
import { createLinkToken, hashLinkToken, type LinkToken, parseLinkToken } from '../../crypto/link-tokens.ts';
import { insertMembership } from '../../db/queries/people/memberships.ts';
import * as table from '../../db/queries/people/setup-tokens.ts';
import { findInstanceOwner, insertUser } from '../../db/queries/people/users.ts';
import { listProjects } from '../../db/queries/projects.ts';
import type { Context } from '../context.ts';
import { createProject, nameFirstProject, type Project } from '../projects/projects.ts';
import { hashNewPassword } from './new-passwords.ts';

const VALID_MS = 24 * 3_600_000;

/** Whether the installation waits for its first account. */
export async function isSetupOpen(ctx: Pick<Context, 'db'>): Promise<boolean> {
  return (await findInstanceOwner(ctx.db)) === null;
}

/** Makes the token of a set-up link; null where there is an owner already. */
export async function createSetupToken(ctx: Pick<Context, 'db' | 'clock'>): Promise<LinkToken | null> {
  if (!(await isSetupOpen(ctx))) return null;
  const token = createLinkToken('setup');
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + VALID_MS);
  await table.insertSetupToken(ctx.db, { tokenHash: hashLinkToken(token), createdAt: now, expiresAt });
  return token;
}

/** Builds a set-up link. The token stands after the `#`, which browsers keep to themselves. */
export function formatSetupLink(publicUrl: string, token: LinkToken): string {
  return `${publicUrl}/setup#${token}`;
}

/** What set-up made. */
export interface SetupResult {
  readonly userId: UserId;
  readonly project: Project;
}

/** Checks that a set-up link works. @throws AppError FORBIDDEN for a token that is unknown, used or too old */
export async function requireSetupLink(ctx: Pick<Context, 'db' | 'clock'>, text: string): Promise<void> {
  await findSetupToken(ctx, text);
}

async function findSetupToken(ctx: Pick<Context, 'db' | 'clock'>, text: string): Promise<Buffer> {
  const token = parseLinkToken('setup', text);
  const tokenHash = token && hashLinkToken(token);
  if (!tokenHash || !(await table.isSetupTokenOpen(ctx.db, tokenHash, ctx.clock.now()))) throw setupLinkNotValid();
  return tokenHash;
}

/**
 * Makes the installation's owner and, where there is none, a project: all of it or nothing. An API key is made when somebody
 * asks for one: the console has printed the first.
 * @param input.projectName what the first project is called from now on; left out, it stays as it is
 * @throws AppError FORBIDDEN for a token that is unknown, used or too old, and where there is an owner already;
 *   VALIDATION_FAILED for a password that is easy to guess
 */
export async function setUp(
  ctx: Pick<Context, 'db' | 'clock' | 'randomBytes' | 'regions'>,
  input: { token: string; name: string; email: string; password: string; projectName?: string | undefined },
): Promise<SetupResult> {
  // Before the password is hashed: who has no token cannot make us work.
  const tokenHash = await findSetupToken(ctx, input.token);
  const passwordHash = await hashNewPassword(input.password, input, 'password');
  const made = await ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    if (!(await table.takeSetupToken(tx, tokenHash, now))) throw setupLinkNotValid();
    const userId = buildId(now, ctx.randomBytes(8)) as UserId;
    const { name, email } = input;
    // The unique index on the owner decides between two links used at the same moment.
    if (!(await insertUser(tx, { id: userId, name, email, passwordHash, isInstanceOwner: true, createdAt: now })))
      throw setupLinkNotValid();
    const [first] = await listProjects(tx);
    const made = first ?? (await createProject(ctx, tx, { name: 'default' }));
    const project = input.projectName === undefined ? made : await nameFirstProject(tx, made, input.projectName);
    await insertMembership(tx, { projectId: project.id, userId, role: 'owner', createdAt: now });
    return { userId, project };
  });
  // Not in the transaction: two that hold a token each, and want to delete the other's, would wait for each other.
  await table.deleteSetupTokens(ctx.db);
  return made;
}

function setupLinkNotValid(): AppError {
  return new AppError(
    'FORBIDDEN',
    'This setup link is no longer valid. Create a new one on the server: npx autosend setup-link',
  );
}
