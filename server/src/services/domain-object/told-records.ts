import type { Evidence } from '../../core/findings/evidence.ts';
import { findPlace, findPlaces } from '../../core/findings/place.ts';
import { buildUnseen, type Telling, type ToldDiagnostics, tellEvidence, tellName } from '../../core/findings/tell.ts';
import type { RecordType } from '../../core/records/to-publish.ts';
import { buildRecordsOf, buildSecondRecordOf, type RecordSource } from './domain-records.ts';

/** What was seen of all records that a domain is verified by, in words: of two CNAMEs both. */
export function tellRecordsOf(
  domain: RecordSource,
  evidence: Evidence | null,
  telling: Telling,
): ToldDiagnostics & { readonly dkimType: RecordType } {
  const own = buildRecordsOf(domain);
  const told = { ...tellEvidence(evidence, findPlaces(domain.name, own, new Map()), telling), dkimType: own.dkim.type };
  const second = buildSecondRecordOf(domain);
  if (second === null) return told;
  const place = findPlace(domain.name, 'dkim', second, undefined);
  const seen = evidence?.keys?.find(({ name }) => name === second.name) ?? buildUnseen(place);
  return {
    ...told,
    records: told.records.flatMap((record) =>
      record.record === 'dkim' ? [record, tellName({ record: 'dkim' as const, ...seen }, place, telling)] : [record],
    ),
  };
}
