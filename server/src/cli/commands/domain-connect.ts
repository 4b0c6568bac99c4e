import { buildTemplate, formatTemplateFile } from '../../core/domain-connect/template.ts';
import { isLoopback } from '../../core/names/loopback.ts';
import type { HealthFinding } from '../../services/checks/reachability.ts';
import type { Context } from '../../services/context.ts';
import {
  checkOnboarding,
  checkSigningKeys,
  type OnboardState,
  requireConnectSetup,
} from '../../services/domain-connect/onboarding.ts';
import { createSigningKey, listSigningKeys } from '../../services/domain-connect/signing-keys.ts';
import type { KeyRecordState } from '../../services/ports.ts';
import { defineCommand } from '../command.ts';
import { formatTable } from '../output.ts';
import { UsageError } from '../usage-error.ts';

/** `domain-connect init`: the key that links are signed with, and the TXT records for its public half. */
export const initDomainConnect = defineCommand({
  name: 'domain-connect init',
  about: 'Create the key that Domain Connect links are signed with, and print its TXT records.',
  flags: { new: { type: 'boolean', about: 'Create a new key to replace the current one.' } },
  async run(ctx, args, output) {
    const setup = requireConnectSetup(ctx);
    if (args.new === true || (await listSigningKeys(ctx, setup)).length === 0) await createSigningKey(ctx);
    const [key] = await listSigningKeys(ctx, setup);
    if (!key) throw new Error('The key that was just made is gone.');
    const { host, name, texts } = key;
    output.print(
      { host, name, type: 'TXT', values: texts },
      [
        `Add these TXT records at ${name}, each as a separate record:`,
        '',
        ...texts,
        '',
        'Then run: npx autosend domain-connect check',
      ].join('\n'),
    );
  },
});

/** `domain-connect template`: the operator's template, as the public repository takes it. */
export const printConnectTemplate = defineCommand({
  name: 'domain-connect template',
  about: 'Print the Domain Connect template of this service as JSON, for the public repository of templates.',
  flags: {
    'provider-name': {
      type: 'string',
      value: 'NAME',
      about: 'Your name, as people know it (default: the provider ID).',
    },
    'service-name': { type: 'string', value: 'NAME', about: 'What people set up (default: "Email").' },
    logo: { type: 'string', value: 'URL', about: 'An https URL of your logo, as SVG or PNG.' },
    'template-version': {
      type: 'string',
      value: 'N',
      about: 'Raise it by one with each change that you publish (default: 1).',
    },
  },
  async run(ctx, args, output) {
    const setup = requireConnectSetup(ctx);
    const { hostname } = new URL(ctx.publicUrl);
    const template = buildTemplate(
      { ...setup, labels: ctx.labels, regions: ctx.regions, keysZone: ctx.keysZone },
      {
        providerName: args['provider-name'] ?? setup.providerId,
        serviceName: args['service-name'] ?? 'Email',
        version: readVersion(args['template-version']),
        logoUrl: readLogo(args.logo),
        pubKeyDomain: setup.pubKeyDomain,
        redirectDomain: hostname,
      },
    );
    output.print(template, JSON.stringify(template, null, 2));
    output.note(`File name in the repository: ${formatTemplateFile(setup)}`);
    if (isLoopback(hostname))
      output.note(
        'syncRedirectDomain is this machine. Set AUTOSEND_PUBLIC_URL to the https address that your customers use before you publish the template.',
      );
  },
});

function readVersion(text = '1'): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError('--template-version must be a whole number, 1 or more.');
}

function readLogo(text: string | undefined): string | undefined {
  const isUrl = text === undefined || (URL.canParse(text) && new URL(text).protocol === 'https:');
  if (isUrl) return text;
  throw new UsageError('--logo must be an https URL.');
}

const KEY_WORDS: Readonly<Record<KeyRecordState, string>> = {
  right: 'in DNS',
  missing: 'not in DNS. Run: npx autosend domain-connect init',
  other: 'in DNS with another key, or not the same on every name server',
  unanswered: "the name servers didn't answer",
};

const BOARD_WORDS: Readonly<Record<OnboardState, string>> = {
  on_board: 'has the template',
  partly: 'has an older template: some groups differ from yours',
  other_template: 'has another template under this name',
  not_on_board: "doesn't have the template",
  unreachable: "didn't answer",
};

/** `domain-connect check`: whether the key is in DNS, and which DNS providers have the template. Exit code 1 where no link would work. */
export const checkDomainConnect = defineCommand({
  name: 'domain-connect check',
  about: 'Check whether the key for Domain Connect is in DNS, and which DNS providers have your template.',
  async run(ctx, _args, output) {
    const setup = requireConnectSetup(ctx);
    const [keys, providers] = await Promise.all([checkSigningKeys(ctx, setup), checkOnboarding(ctx, setup)]);
    const rows = [
      ...keys.map(({ name, state }) => [name, KEY_WORDS[state]]),
      ...providers.map(({ provider, state, version }) => [
        provider.name,
        `${BOARD_WORDS[state]}${version === null ? '' : ` (version ${version})`}`,
      ]),
    ];
    const noKey = keys.length === 0 ? 'There is no key yet. Run: npx autosend domain-connect init\n\n' : '';
    output.print(
      { keys, providers },
      `${noKey}${formatTable(['KEY OR PROVIDER', 'STATE'], rows)}\n\nProviders that you added yourself can't be checked: they only answer about their own zones.`,
    );
    if (!keys.some(({ state }) => state === 'right')) output.fail();
  },
});

/** What `doctor` says of the keys. */
export async function examineConnectKeys(ctx: Context): Promise<HealthFinding[]> {
  if (!ctx.domainConnect) return [];
  const keys = await checkSigningKeys(ctx, ctx.domainConnect);
  const what = 'Domain Connect key';
  const [newest] = keys;
  if (!newest) return [{ what, state: 'error', detail: 'missing. Run: npx autosend domain-connect init' }];
  const named = `${what} ${newest.name}`;
  const said = KEY_WORDS[newest.state];
  if (newest.state === 'right') return [{ what: named, state: 'ok', detail: said }];
  return keys.some(({ state }) => state === 'right')
    ? [{ what: named, state: 'warning', detail: `${said} (the previous one still signs)` }]
    : [{ what: named, state: 'error', detail: said }];
}
