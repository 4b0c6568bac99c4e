import type { DomainEvent } from '../lifecycle/events.ts';
import { listKindsOf } from '../records/record.ts';
import type { FindingSeverity } from './catalogue.ts';
import type { ToldDiagnostics } from './tell.ts';

const FIRST: readonly FindingSeverity[] = ['error', 'warning', 'info'];

/** Adds to the event of a record that fell what was found in its place: the worst finding of the check that saw it. */
export function explainMissing(event: DomainEvent, told: ToldDiagnostics): DomainEvent {
  if (event.type !== 'record.missing') return event;
  const kinds = listKindsOf(event.data.record);
  const findings = told.records.filter(({ record }) => kinds.includes(record)).flatMap((record) => record.findings);
  const [worst] = FIRST.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  if (!worst) return event;
  const { code, title, fix } = worst;
  return { ...event, data: { ...event.data, finding: { code, title, fix } } };
}
