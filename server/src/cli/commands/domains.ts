/*
 * The commands, a file for each subject; `cli/run.ts` names them. A command takes the composed context, the
 * parsed arguments and an output, calls use cases, and prints the same objects as the API. It opens no database
 * and reads no environment.
 */

import { isId } from '../../core/ids.ts';
import { VERIFICATION_STATUSES } from '../../core/lifecycle/status.ts';
import { describeDoubt } from '../../core/names/doubtful-name.ts';
import { WITHDRAW_CHOICES } from '../../core/publishing/withdraw-choice.ts';
import { FLAG_NAMES, FLAGS } from '../../core/records/record.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import { verifyDomain as verify, waitUntilVerified } from '../../services/checks/check-now.ts';
import { getDiagnostics } from '../../services/checks/diagnostics.ts';
import type { Context } from '../../services/context.ts';
import { formatDomain, formatVerification } from '../../services/domain-object/domain-object.ts';
import { listAllRecordsOf } from '../../services/domain-object/domain-records.ts';
import {
  createDomain,
  deleteDomain,
  getDomain,
  getDomainByName,
  listDomains as list,
} from '../../services/domains/domains.ts';
import { type SettingsChange, updateDomainSettings } from '../../services/domains/settings.ts';
import type { Project } from '../../services/projects/projects.ts';
import { inProjectTime, inTimeOf } from '../../services/test-mode/test-mode.ts';
import { formatDiagnostics } from '../../services/views/diagnostics-object.ts';
import { domainSettingsBody } from '../../wire/domain-settings.ts';
import { type Arguments, defineCommand, PROJECT_FLAG } from '../command.ts';
import { formatDiagnosticsText } from '../diagnostics-text.ts';
import { formatTable } from '../output.ts';
import { findProject } from '../project.ts';
import { UsageError } from '../usage-error.ts';
import { readDkimMode } from './dkim-mode-flag.ts';

const PAGE = 1000;

/** `domains add <name>`. */
export const addDomain = defineCommand({
  name: 'domains add',
  operands: '<name>',
  about: 'Add a domain and show the DNS records to publish.',
  flags: {
    ...PROJECT_FLAG,
    region: { type: 'string', value: 'KEY', about: 'The region (default: the primary region of the project).' },
    'auto-publish': { type: 'boolean', about: 'Publish the records automatically, through a DNS connection.' },
    'dkim-mode': {
      type: 'string',
      value: 'MODE',
      about: "How its DKIM keys are published: txt or cname (default: the project's setting).",
    },
  },
  async run(ctx, args, output) {
    const name = requireTarget(args, 'add');
    const project = await findProject(ctx, args);
    const dkimMode = readDkimMode(args['dkim-mode']);
    const domain = await createDomain(ctx, project, {
      domain: name,
      regionKey: args.region,
      autoPublish: args['auto-publish'],
      dkimMode,
    });
    output.print(formatDomain(inProjectTime(ctx, project), domain), describeDomain(domain));
    const doubt = project.isTest ? null : describeDoubt(domain.name);
    if (doubt !== null) output.note(`Warning: ${doubt}`);
  },
});

/** `domains list`. */
export const listDomains = defineCommand({
  name: 'domains list',
  about: 'List the domains of a project, newest first.',
  flags: {
    ...PROJECT_FLAG,
    status: {
      type: 'string',
      value: 'STATUS',
      about: `Only domains with this status: ${VERIFICATION_STATUSES.join(', ')}.`,
    },
    region: { type: 'string', value: 'KEY', about: 'Only domains in this region.' },
    search: { type: 'string', value: 'TEXT', about: 'Only domains whose name contains this text.' },
  },
  async run(ctx, args, output) {
    const status = VERIFICATION_STATUSES.find((known) => known === args.status);
    if (args.status !== undefined && !status)
      throw new UsageError(`--status must be one of ${VERIFICATION_STATUSES.join(', ')}, not "${args.status}".`);
    const project = await findProject(ctx, args);
    const found: StoredDomain[] = [];
    let after: { createdAt: Date; id: string } | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list(ctx, project.id, {
        limit: PAGE,
        ...(after && { after }),
        ...(status && { status }),
        ...(args.region !== undefined && { regionKey: args.region }),
        ...(args.search !== undefined && { search: args.search.toLowerCase() }),
      });
      found.push(...page.domains);
      after = page.next;
    } while (after);
    const rows = found.map((domain) => [domain.id, domain.name, domain.status, domain.regionKey]);
    output.print(
      found.map((domain) => formatDomain(inProjectTime(ctx, project), domain)),
      formatTable(['ID', 'NAME', 'STATUS', 'REGION'], rows),
    );
  },
});

/** `domains get <name or id>`. */
export const showDomain = defineCommand({
  name: 'domains get',
  operands: '<name or id>',
  about: 'Show a domain and its DNS records.',
  flags: PROJECT_FLAG,
  async run(ctx, args, output) {
    const { domain } = await findTarget(ctx, args, 'get');
    output.print(formatDomain(await inTimeOf(ctx, domain, ctx.db), domain), describeDomain(domain));
  },
});

/** `domains verify <name or id>`. */
export const verifyDomain = defineCommand({
  name: 'domains verify',
  operands: '<name or id>',
  about: 'Check the DNS records of a domain now.',
  flags: {
    ...PROJECT_FLAG,
    wait: {
      type: 'string',
      value: 'SECONDS',
      about: 'Check every ten seconds until the domain is VERIFIED, for at most this long.',
    },
  },
  async run(ctx, args, output) {
    const waitMs = readWaitMs(args.wait);
    const target = await findTarget(ctx, args, 'verify');
    const first = await verify(ctx, target.project.id, target.domain.id);
    const domain =
      waitMs === null || first.domain.status === 'VERIFIED'
        ? first.domain
        : await waitUntilVerified(ctx, target.project.id, target.domain.id, AbortSignal.timeout(waitMs));
    const result = formatVerification(ctx, domain, waitMs === null && first.isChecking);
    output.print(
      result,
      [
        `${domain.name}: ${result.verificationStatus}${result.verificationInProgress ? ' (the service keeps checking)' : ''}`,
        ...FLAG_NAMES.map((name) => `  ${domain.state.flags[name].value ? 'found  ' : 'missing'}  ${FLAGS[name].word}`),
      ].join('\n'),
    );
    // A script that waits wants to know.
    if (waitMs !== null && domain.status !== 'VERIFIED') output.fail();
  },
});

const MAX_WAIT_SECONDS = 86_400;

function readWaitMs(text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds < 1 || seconds > MAX_WAIT_SECONDS)
    throw new UsageError(`--wait takes whole seconds, from 1 to ${MAX_WAIT_SECONDS}.`);
  return seconds * 1000;
}

/** `domains diagnose <name or id>`. */
export const diagnoseDomain = defineCommand({
  name: 'domains diagnose',
  operands: '<name or id>',
  about: 'Show what is wrong with the DNS records of a domain, and how to fix it.',
  flags: {
    ...PROJECT_FLAG,
    refresh: { type: 'boolean', about: 'Check DNS now instead of showing the last check.' },
  },
  async run(ctx, args, output) {
    const { project, domain } = await findTarget(ctx, args, 'diagnose');
    const found = await getDiagnostics(ctx, project.id, domain.id, { refresh: args.refresh ?? false });
    const shown = formatDiagnostics(ctx, found);
    output.print(shown, formatDiagnosticsText(domain.name, shown));
  },
});

/** `domains set <name or id>`. */
export const setDomain = defineCommand({
  name: 'domains set',
  operands: '<name or id>',
  about: 'Change the settings of a domain.',
  flags: {
    ...PROJECT_FLAG,
    'auto-publish': { type: 'string', value: 'on|off', about: 'Whether its records are published automatically.' },
    'rotation-days': {
      type: 'string',
      value: 'DAYS',
      about: 'The age at which its DKIM key is rotated automatically: 30 to 3650, or 0 for never.',
    },
  },
  async run(ctx, args, output) {
    const change = readSettings(args['auto-publish'], args['rotation-days']);
    const { project, domain } = await findTarget(ctx, args, 'set');
    const changed = await updateDomainSettings(ctx, project.id, domain.id, change);
    const { autoPublish, dkimRotationDays } = changed;
    output.print(
      { id: domain.id, domainName: domain.name, autoPublish, dkimRotationDays },
      [
        domain.name,
        `  records published automatically: ${autoPublish ? 'yes' : 'no'}`,
        `  DKIM key rotated automatically:  ${dkimRotationDays === 0 ? 'no' : `every ${dkimRotationDays} days`}`,
      ].join('\n'),
    );
  },
});

function readSettings(autoPublish: string | undefined, days: string | undefined): SettingsChange {
  if (autoPublish !== undefined && autoPublish !== 'on' && autoPublish !== 'off')
    throw new UsageError(`--auto-publish takes on or off, not "${autoPublish}".`);
  const change = {
    ...(autoPublish !== undefined && { autoPublish: autoPublish === 'on' }),
    ...(days !== undefined && { dkimRotationDays: /^\d+$/.test(days) ? Number(days) : Number.NaN }),
  };
  const read = domainSettingsBody.safeParse(change);
  if (!read.success)
    throw new UsageError('Give --auto-publish on or off, --rotation-days (0, or 30 to 3650), or both.');
  return read.data;
}

/** `domains rm <name or id>`. */
export const removeDomain = defineCommand({
  name: 'domains rm',
  operands: '<name or id>',
  about: 'Delete a domain and its DKIM keys.',
  flags: {
    ...PROJECT_FLAG,
    withdraw: {
      type: 'string',
      value: 'WHEN',
      about: 'When published records are removed: later (the default; DKIM records stay for 7 days), now or never.',
    },
  },
  async run(ctx, args, output) {
    const withdraw = WITHDRAW_CHOICES.find((known) => known === args.withdraw);
    if (args.withdraw !== undefined && !withdraw)
      throw new UsageError(`--withdraw must be one of ${WITHDRAW_CHOICES.join(', ')}, not "${args.withdraw}".`);
    const { project, domain } = await findTarget(ctx, args, 'rm');
    await deleteDomain(ctx, project.id, domain.id, withdraw);
    output.print(
      { id: domain.id, domainName: domain.name, deleted: true },
      `Deleted ${domain.name} and its DKIM keys.`,
    );
  },
});

type ProjectArguments = Arguments<typeof PROJECT_FLAG>;

function requireTarget({ words: [target] }: ProjectArguments, action: string): string {
  if (target === undefined)
    throw new UsageError(`The domain is missing. Example: autosend domains ${action} example.com`);
  return target;
}

/** Finds the domain that a command was given by its name or id, in the project of `--project`. @throws AppError NOT_FOUND */
export async function findTarget(
  ctx: Context,
  args: ProjectArguments,
  action: string,
): Promise<{ project: Project; domain: StoredDomain }> {
  const target = requireTarget(args, action);
  const project = await findProject(ctx, args);
  const domain = isId(target)
    ? await getDomain(ctx, project.id, target)
    : await getDomainByName(ctx, project.id, target);
  return { project, domain };
}

function describeDomain(domain: StoredDomain): string {
  const records = listAllRecordsOf(domain);
  const width = Math.max(...records.map(({ type }) => type.length));
  return [
    `${domain.name}  ${domain.status}  ${domain.regionKey}  ${domain.id}`,
    '',
    ...records.map(
      (record) =>
        `${record.type.padEnd(width)}  ${record.name}\n${' '.repeat(width)}  ${'priority' in record ? `${record.priority} ` : ''}${record.value}`,
    ),
  ].join('\n');
}
