import type { RecordRow } from './record-rows.ts';

/** Writes the records as the text of an e-mail to whoever owns the DNS. */
export function formatEmailText(
  domainName: string,
  rows: readonly RecordRow[],
  context: { readonly provider: string | null; readonly url: string | null },
): string {
  const where = context.provider ? ` at ${context.provider}` : '';
  const records = rows.map((row, index) =>
    [
      `${index + 1}. ${row.title}`,
      `   Type:     ${row.type}`,
      `   Name:     ${row.host}`,
      ...(row.host === row.name ? [] : [`   In full:  ${row.name}`]),
      ...(row.priority === null ? [] : [`   Priority: ${row.priority}`]),
      `   Value:    ${row.value}`,
      `   TTL:      ${row.ttlSeconds}, or automatic`,
    ].join('\n'),
  );
  return [
    `Hello,\n\nto send e-mail from ${domainName} we need these ${rows.length} DNS records${where}. Please add them as they stand; nothing that is there now has to be removed unless the page below says so.`,
    ...records,
    ...(context.url
      ? [`This page shows the records with copy buttons, and whether they are right yet:\n${context.url}`]
      : []),
    'Thank you.',
  ].join('\n\n');
}
