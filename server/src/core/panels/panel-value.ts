import type { RecordType } from '../records/to-publish.ts';
import { DNS_PROVIDERS, type DnsProvider } from './dns-provider-table.ts';
import { PANEL_QUIRKS, type PanelQuirks } from './panel-quirks.ts';

/** A value as a panel wants it typed. */
export interface PanelValue {
  readonly value: string;
  /** What is different about it there, or about where it goes: a sentence or two, or null. */
  readonly note: string | null;
  /** Whether the value holds the priority, so that there is no field for it. */
  readonly hasPriority: boolean;
}

/** A panel: its provider, and what it wants of a value. */
export interface Panel {
  readonly provider: DnsProvider;
  readonly quirks: PanelQuirks;
}

/** Finds a panel by its provider's name. */
export function findPanel(providerName: string | undefined): Panel | null {
  const provider = DNS_PROVIDERS.find(({ name }) => name === providerName);
  return provider ? { provider, quirks: PANEL_QUIRKS[provider.key] ?? {} } : null;
}

/** The address of the page with a zone's records, where it is known. */
export function buildPanelPage(panel: Panel | null, zone: string): string | null {
  return panel?.quirks.page?.replace('{zone}', encodeURIComponent(zone)) ?? null;
}

/**
 * Formats the value of a record as a panel wants it, and says what is different there.
 * @param record `chunks` as one TXT record holds them, at most 255 octets each (RFC 1035 §3.3.14)
 * @param panel null for one that isn't known, which gets the bare value
 */
export function formatPanelValue(
  record: {
    readonly type: RecordType;
    readonly value: string;
    readonly chunks: readonly string[];
    readonly priority: number | null;
  },
  panel: Panel | null,
): PanelValue {
  const bare = { value: record.value, note: null, hasPriority: false };
  if (!panel) return bare;
  if (record.type === 'TXT') return { ...bare, ...formatTxt(record, panel) };
  return record.type === 'MX' ? formatMx(record, panel) : bare;
}

function formatTxt(
  { value, chunks }: { value: string; chunks: readonly string[] },
  { provider: { name, longTxt }, quirks }: Panel,
): Pick<PanelValue, 'value' | 'note'> {
  if (quirks.txtLimit !== undefined && value.length > quirks.txtLimit) {
    const limit = `${name}’s form takes up to ${quirks.txtLimit.toLocaleString('en-US')} characters.`;
    return { value, note: quirks.beyondLimit ? `${limit} ${quirks.beyondLimit}` : limit };
  }
  if (longTxt === 'quoted-chunks' && chunks.length > 1) {
    const note = `${name} wants a long value in quoted parts, as shown. Paste all of it into one record.`;
    return { value: chunks.map(quote).join(' '), note };
  }
  if (quirks.quotesTxt) return { value: quote(value), note: `${name} wants the value in double quotes, as shown.` };
  return { value, note: null };
}

function formatMx(
  { value, priority }: { value: string; priority: number | null },
  { provider: { name }, quirks }: Panel,
): PanelValue {
  const notes: string[] = [];
  if (quirks.mxPlace) notes.push(quirks.mxPlace);
  if (quirks.mxFinalDot) notes.push(`Keep the final dot: without it, ${name} adds your domain to the value.`);
  const target = quirks.mxFinalDot ? `${value}.` : value;
  const hasPriority = quirks.priorityInValue === true && priority !== null;
  if (hasPriority) notes.push(`${name} has no field for the priority. It goes in front of the value, as shown.`);
  return {
    value: hasPriority ? `${priority} ${target}` : target,
    note: notes.length > 0 ? notes.join(' ') : null,
    hasPriority,
  };
}

/** A character-string as master files have it (RFC 1035 §5.1). */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
