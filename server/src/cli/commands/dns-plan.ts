import { escapeControls, formatApplied, formatPlan } from '../../../../packages/sdk/src/cli/plan-text.ts';
import { publish, readConsents } from '../../../../packages/sdk/src/cli/publish.ts';
import { applyDnsPlan, getDnsPlan } from '../../services/publishing/apply.ts';
import { formatAppliedPlan, formatDnsPlan } from '../../services/views/dns-plan-object.ts';
import { defineCommand, PROJECT_FLAG } from '../command.ts';
import { findTarget } from './domains.ts';

/** `domains plan <name or id>`. */
export const planDns = defineCommand({
  name: 'domains plan',
  operands: '<name or id>',
  about: 'Show what would be published in DNS. Nothing is written.',
  flags: PROJECT_FLAG,
  async run(ctx, args, output) {
    const { project, domain } = await findTarget(ctx, args, 'plan');
    const plan = formatDnsPlan((await getDnsPlan(ctx, project.id, domain.id)).plan);
    output.print(plan, formatPlan(plan));
  },
});

/** `domains publish <name or id>`. */
export const publishDns = defineCommand({
  name: 'domains publish',
  operands: '<name or id>',
  about: 'Publish the records through a DNS connection, after showing what changes.',
  flags: {
    ...PROJECT_FLAG,
    consent: {
      type: 'string',
      value: 'CODES',
      about: 'The conflicts you agree to: codes from "domains plan", comma-separated. At a terminal you are asked.',
    },
    yes: { type: 'boolean', about: "Don't ask: write what needs no consent and what --consent names." },
  },
  async run(ctx, args, output) {
    const { project, domain } = await findTarget(ctx, args, 'publish');
    const { plan, applied } = await publish(
      {
        getPlan: async () => formatDnsPlan((await getDnsPlan(ctx, project.id, domain.id)).plan),
        apply: async (input) => formatAppliedPlan(await applyDnsPlan(ctx, project.id, domain.id, input)),
        ask: args.yes ? null : output.ask,
        note: (text) => output.note(escapeControls(text)),
        signal: ctx.stopping,
      },
      readConsents(args.consent),
    );
    // The check that follows ends with this process.
    await ctx.background.drain();
    output.print(applied ?? plan, applied ? formatApplied(applied) : 'Nothing was written.');
    const left = applied ? applied.left : plan.changes.filter(({ action }) => action !== 'keep');
    if (left.length > 0) output.fail();
  },
});
