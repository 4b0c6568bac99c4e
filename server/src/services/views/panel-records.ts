import { TTL_SECONDS } from '../../core/exports/record-list.ts';
import { formatPanelHost, guessZone } from '../../core/panels/panel-host.ts';
import { findPanel, formatPanelValue } from '../../core/panels/panel-value.ts';
import type { KeyStage } from '../../core/records/dkim-key.ts';
import { FLAGS, RECORDS, type RecordKind } from '../../core/records/record.ts';
import { splitTxtValue } from '../../core/records/records.ts';
import { readSelector } from '../../core/records/selector.ts';
import type { PanelRecordObject } from '../../wire/record.ts';
import type { Diagnostics } from '../checks/diagnostics.ts';
import { buildRecordsOf } from '../domain-object/domain-records.ts';

/** Formats a domain's records as DNS panels take them: its own, and those of further DKIM keys that have to be there. */
export function formatPanelRecords(diagnostics: Diagnostics): PanelRecordObject[] {
  const { domain, records, keys, provider, checkedAt } = diagnostics;
  const panel = findPanel(provider?.name);
  const own = buildRecordsOf(domain).dkim;
  const keyType = own.type;
  const format = (
    kind: RecordKind,
    seen: {
      readonly name: string;
      readonly status: Diagnostics['records'][number]['status'];
      readonly zone: string | null;
    },
    value: string,
    key?: { readonly selector: string; readonly stage?: KeyStage },
  ): PanelRecordObject => {
    const { priority, purpose, title, flag } = RECORDS[kind];
    const type = kind === 'dkim' ? keyType : RECORDS[kind].type;
    const zone = seen.zone ?? guessZone(domain.name);
    const chunks = type === 'TXT' ? splitTxtValue(value) : [value];
    const inPanel = panel && formatPanelValue({ type, value, chunks, priority }, panel);
    return {
      record: kind,
      purpose,
      title,
      // Of two CNAMEs both are, whatever key is behind them.
      required: FLAGS[flag].isRequired && (key?.stage === undefined || type === 'CNAME'),
      type,
      name: seen.name,
      host: formatPanelHost(seen.name, zone),
      zone,
      value,
      chunks,
      ...(priority !== null && { priority }),
      ttl: TTL_SECONDS,
      status: checkedAt === null ? 'unchecked' : seen.status,
      ...key,
      ...(panel && inPanel && { panel: { provider: panel.provider.name, value: inPanel.value, note: inPanel.note } }),
    };
  };
  const withoutPriority = (kind: RecordKind, expected: string) =>
    RECORDS[kind].priority === null ? expected : expected.slice(expected.indexOf(' ') + 1);
  return [
    ...records.map((seen) =>
      format(
        seen.record,
        seen,
        withoutPriority(seen.record, seen.expected),
        seen.record === 'dkim' ? { selector: readSelector(own.name) } : undefined,
      ),
    ),
    ...keys.map((seen) =>
      format('dkim', seen, seen.expected, { selector: seen.selector, ...(seen.stage && { stage: seen.stage }) }),
    ),
  ];
}
