import type { RecordRow } from './record-rows.ts';

/** Writes the records that are still to be added or fixed as the text of an email to whoever owns the DNS. */
export function formatEmailText(
  domainName: string,
  rows: readonly RecordRow[],
  context: { readonly provider: string | null; readonly url: string | null },
): string {
  const where = context.provider ? ` at ${context.provider}` : '';
  const open = rows.filter(({ state }) => state !== 'verified');
  const wanted = open.length > 0 ? open : rows;
  const count = wanted.length === 1 ? '1 DNS record' : `${wanted.length} DNS records`;
  const records = wanted.map((row, index) =>
    [
      `${index + 1}. ${row.title}`,
      `   Type:     ${row.type}`,
      `   Name:     ${row.host}`,
      ...(row.host === row.name ? [] : [`   In full:  ${row.name}`]),
      ...(row.priority === null || row.panel.hasPriority ? [] : [`   Priority: ${row.priority}`]),
      `   Value:    ${row.panel.value}`,
      `   TTL:      Auto (or ${row.ttlSeconds})`,
      ...(row.panel.note ? [`   Note:     ${row.panel.note}`] : []),
    ].join('\n'),
  );
  return [
    `Hello,\n\nTo send email from ${domainName}, we need ${count} added${where}. Please copy ${wanted.length === 1 ? 'it' : 'them'} exactly. You don't need to change or remove anything else${context.url ? ', unless the page below says so' : ''}.`,
    ...records,
    ...(context.url
      ? [`This page has the records with copy buttons, and shows when each one is live:\n${context.url}`]
      : []),
    'Thank you!',
  ].join('\n\n');
}
