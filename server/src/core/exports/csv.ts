import { listExportedRecords, type RecordsToExport, TTL_SECONDS } from './record-list.ts';

const HEADER = ['type', 'name', 'value', 'priority', 'ttl'];

/**
 * Formats the records as CSV (RFC 4180): a header line, CRLF after every line, names and values exactly as the API
 * shows them. `priority` is empty for all but MX.
 *
 * No cell is made safe against spreadsheets that read a leading `=`, `+`, `-` or `@` as a formula by changing it: the
 * changed text would be published and never be found. None needs it. Names begin with a letter, a digit or `_`, and so
 * do values, save for an ownership value whose configured prefix begins with `-` (followed by letters, digits, `-`).
 */
export function formatCsv(input: Pick<RecordsToExport, 'records' | 'furtherKeys'>): string {
  const rows = listExportedRecords(input).map(({ record }) => [
    record.type,
    record.name,
    record.value,
    record.type === 'MX' ? String(record.priority) : '',
    String(TTL_SECONDS),
  ]);
  return formatCsvRows([HEADER, ...rows]);
}

/** Formats rows of cells as CSV (RFC 4180), with CRLF after every row. */
export function formatCsvRows(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(formatCell).join(',')}\r\n`).join('');
}

/** Quotes a cell that holds a comma, a quote or a line break, with quotes doubled (RFC 4180 §2). */
function formatCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
