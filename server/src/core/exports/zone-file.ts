import { type ExportedRecord, listExportedRecords, type RecordsToExport, TTL_SECONDS } from './record-list.ts';
import { formatTxtText } from './txt-text.ts';

/**
 * Formats the records as a fragment of a master file (RFC 1035 §5). All names are absolute, so that it means the same
 * under any `$ORIGIN`, in the zone of the domain itself or of one above it; every line carries its TTL.
 */
export function formatZoneFile(input: RecordsToExport): string {
  const lines = listExportedRecords(input).flatMap((exported) => [
    `; ${exported.record.purpose}`,
    formatZoneLine(exported),
  ]);
  return `${[`; DNS records of ${input.domainName}, to be added to its zone`, ...lines].join('\n')}\n`;
}

/**
 * Formats the file for Cloudflare's "Import DNS records". It is a master file as well, and differs in its comments
 * only: none stands alone, and each record's purpose ends its line, where the import takes it as the record's comment.
 */
export function formatCloudflareFile(input: Pick<RecordsToExport, 'records' | 'furtherKeys'>): string {
  const lines = listExportedRecords(input).map(
    (exported) => `${formatZoneLine(exported)} ; ${exported.record.purpose}`,
  );
  return `${lines.join('\n')}\n`;
}

function formatZoneLine({ record }: ExportedRecord): string {
  return `${record.name}. ${TTL_SECONDS} IN ${record.type} ${formatData(record)}`;
}

function formatData(record: ExportedRecord['record']): string {
  switch (record.type) {
    case 'TXT':
      return formatTxtText(record.value);
    case 'MX':
      return `${record.priority} ${record.value}.`;
    case 'CNAME':
      return `${record.value}.`;
  }
}
