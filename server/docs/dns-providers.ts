import { DNS_PROVIDERS, type DnsProvider } from '../src/core/panels/dns-provider-table.ts';
import { SHARED_NAMESERVERS } from '../src/core/panels/dns-providers.ts';
import { findPanel, formatPanelValue } from '../src/core/panels/panel-value.ts';
import { formatTable } from './markdown.ts';

const LONG_TXT = {
  whole: 'taken whole',
  'quoted-chunks': 'as quoted parts',
  refuses: 'refused by the form',
} as const;

/** Builds the table of providers: how each is recognized, and how its panel takes names and long values. */
export function buildProviderTable(): string {
  const rows = DNS_PROVIDERS.map((provider) => [
    provider.helpUrl === null ? provider.name : `[${provider.name}](${provider.helpUrl})`,
    provider.nameservers.map(formatCode).join(', '),
    describeHost(provider),
    provider.longTxt === null ? '' : LONG_TXT[provider.longTxt],
  ]);
  return formatTable(['provider, help page', 'name servers', 'host', 'TXT over 255 characters'], rows);
}

const MX_RECORD = { type: 'MX', value: 'mail.example.net', chunks: [], priority: 10 } as const;
const TXT_RECORDS = ['short', 'k'.repeat(400), 'k'.repeat(1_100)].map((value) => ({
  ...{ type: 'TXT' as const, value, chunks: value.match(/.{1,255}/g) ?? [], priority: null },
}));

/** Builds the list of what is said about values in each panel. */
export function buildProviderNotes(): string {
  return DNS_PROVIDERS.flatMap(({ name }) => {
    const notes = [...TXT_RECORDS, MX_RECORD].flatMap((record) => formatPanelValue(record, findPanel(name)).note ?? []);
    return notes.length > 0 ? [`- **${name}**: ${[...new Set(notes)].join(' ')}`] : [];
  }).join('\n');
}

/** Builds the table of name servers that do not show whose panel a zone is edited in. */
export function buildSharedTable(): string {
  const rows = SHARED_NAMESERVERS.map(({ nameservers, usedBy }) => [formatCode(nameservers), usedBy.join(', ')]);
  return formatTable(['name servers', 'used by'], rows);
}

function describeHost({ hostStyle, apexHost }: DnsProvider): string {
  if (hostStyle === null) return '';
  const style = hostStyle === 'relative' ? 'without the domain' : 'the full name';
  if (apexHost === null) return style;
  return `${style}; for the domain itself ${apexHost === '' ? 'nothing' : formatCode(apexHost)}`;
}

function formatCode(text: string): string {
  return `\`${text}\``;
}
