import { type ExportedRecord, listExportedRecords, type RecordsToExport, TTL_SECONDS } from './record-list.ts';
import { formatTxtText } from './txt-text.ts';

/** The DNS hosts for which there is Terraform: each has resources of its own. */
export const TERRAFORM_PROVIDERS = ['cloudflare', 'route53'] as const;
export type TerraformProvider = (typeof TERRAFORM_PROVIDERS)[number];

type Argument = readonly [name: string, expression: string];

/**
 * Formats the records as Terraform for one provider, as `terraform fmt` would leave it. The file goes beside others in a
 * module, that of another domain included: it holds one variable, for the zone's id, and resources, all named after the
 * domain, and no `terraform` or `provider` block, of which a module may have only one.
 */
export function formatTerraform(input: RecordsToExport, provider: TerraformProvider): string {
  return provider === 'cloudflare' ? formatCloudflare(input) : formatRoute53(input);
}

function formatCloudflare(input: RecordsToExport): string {
  const { domainName } = input;
  const resources = listExportedRecords(input).map(({ label, record }) => {
    return formatBlock(
      'resource',
      ['cloudflare_dns_record', `${identify(domainName)}_${label}`],
      [
        ['zone_id', `var.${identify(domainName)}_zone_id`],
        ['name', quoteHcl(record.name)],
        ['type', quoteHcl(record.type)],
        // Quoted and cut as Cloudflare stores it: any other form is changed there, and every later plan would show a difference.
        ['content', quoteHcl(record.type === 'TXT' ? formatTxtText(record.value) : record.value)],
        ...(record.type === 'MX' ? ([['priority', String(record.priority)]] as const) : []),
        ['ttl', String(TTL_SECONDS)],
        ['comment', quoteHcl(record.purpose)],
      ],
    );
  });
  return joinBlocks([
    [
      `# DNS records of ${domainName} for Cloudflare.`,
      '# Where your configuration does not name the provider yet, it needs:',
      '#',
      '#   terraform {',
      '#     required_providers {',
      '#       cloudflare = {',
      '#         source  = "cloudflare/cloudflare"',
      '#         version = "~> 5.0"',
      '#       }',
      '#     }',
      '#   }',
    ].join('\n'),
    formatZoneVariable(domainName, 'The id of the Cloudflare zone'),
    ...resources,
  ]);
}

function formatRoute53(input: RecordsToExport): string {
  const { domainName } = input;
  const resources = groupBySet(listExportedRecords(input)).map(([first, ...others]) => {
    const values = [first, ...others].map(({ record }) => quoteHcl(formatRoute53Value(record)));
    return formatBlock(
      'resource',
      ['aws_route53_record', `${identify(domainName)}_${first.label}`],
      [
        ['zone_id', `var.${identify(domainName)}_zone_id`],
        ['name', quoteHcl(first.record.name)],
        ['type', quoteHcl(first.record.type)],
        ['ttl', String(TTL_SECONDS)],
        ['records', `[${values.join(', ')}]`],
      ],
    );
  });
  return joinBlocks([
    `# DNS records of ${domainName} for Amazon Route 53.`,
    formatZoneVariable(domainName, 'The id of the Route 53 hosted zone'),
    ...resources,
  ]);
}

function formatRoute53Value(record: ExportedRecord['record']): string {
  switch (record.type) {
    case 'TXT':
      // The provider puts the first and the last quote itself, and documents `""` between two character-strings.
      return formatTxtText(record.value, '', 'octal').slice(1, -1);
    case 'MX':
      return `${record.priority} ${record.value}`;
    case 'CNAME':
      return record.value;
  }
}

/** Route 53 keeps sets: all records of one name and type are one resource. With the default labels each is alone. */
function groupBySet(records: readonly ExportedRecord[]): [ExportedRecord, ...ExportedRecord[]][] {
  const sets = new Map<string, [ExportedRecord, ...ExportedRecord[]]>();
  for (const exported of records) {
    const key = `${exported.record.type} ${exported.record.name}`;
    const set = sets.get(key);
    if (set) set.push(exported);
    else sets.set(key, [exported]);
  }
  return [...sets.values()];
}

function formatZoneVariable(domainName: string, what: string): string {
  return formatBlock(
    'variable',
    [`${identify(domainName)}_zone_id`],
    [
      ['type', 'string'],
      ['description', quoteHcl(`${what} that holds ${domainName}`)],
    ],
  );
}

/** Builds an identifier that no other domain gets: a name has no underscores, and an identifier may not begin with a digit. */
function identify(domainName: string): string {
  return `mail_${domainName.replaceAll('.', '_')}`;
}

function formatBlock(type: string, labels: readonly string[], body: readonly Argument[]): string {
  const width = Math.max(...body.map(([name]) => name.length));
  const head = [type, ...labels.map(quoteHcl), '{'].join(' ');
  return [head, ...body.map(([name, expression]) => `  ${name.padEnd(width)} = ${expression}`), '}'].join('\n');
}

function joinBlocks(blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}

/** Formats a text as an HCL string: quotes, backslashes, control characters, and `${` and `%{`, which begin templates. */
export function quoteHcl(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/[$%](?=\{)/g, '$&$&');
  return `"${escaped}"`;
}
