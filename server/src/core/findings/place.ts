import { type LookupResult, type Lookups, questionKey, type ZoneOfName } from '../answers/dns-answer.ts';
import { listQuestions } from '../check/check.ts';
import { findRegistrableDomain } from '../names/public-suffix.ts';
import type { DnsProvider } from '../panels/dns-provider-table.ts';
import { recognizeProvider } from '../panels/dns-providers.ts';
import { formatHostFor, guessZone } from '../panels/panel-host.ts';
import { mapKinds, type RecordKind } from '../records/record.ts';
import type { DnsRecords } from '../records/records.ts';
import type { RecordToPublish, RecordType } from '../records/to-publish.ts';

/** Where a record belongs, and how its owner gets it there. */
export interface RecordPlace {
  readonly kind: RecordKind;
  /** The whole name, lower case, without the final dot. */
  readonly name: string;
  readonly type: RecordType;
  /** The value to publish; for the MX its host. */
  readonly value: string;
  /** For the MX only. */
  readonly priority: number | null;
  /** The zone that really holds the name; null where that is not known (yet). */
  readonly zone: ZoneOfName | null;
  /** The name of that zone, or the one where such a record most likely goes. */
  readonly zoneName: string;
  /** The name as the panel wants it: relative to the zone, `@` at its apex, or whole. */
  readonly host: string;
  readonly provider: DnsProvider | null;
}

export type RecordPlaces = Readonly<Record<RecordKind, RecordPlace>>;

/** Finds the place of each record by the zones that the look-ups found. */
export function findPlaces(domainName: string, records: DnsRecords, lookups: Lookups): RecordPlaces {
  const questions = listQuestions(records);
  return mapKinds((kind) => findPlace(domainName, kind, records[kind], lookups.get(questionKey(questions[kind]))));
}

/** Finds the place of a record by the zone that its look-up found. @param kind what it is, or what it is like: a further key is a `dkim` */
export function findPlace(
  domainName: string,
  kind: RecordKind,
  record: RecordToPublish,
  result: LookupResult | undefined,
): RecordPlace {
  const { name, type, value } = record;
  const zone = findOwnedZone(domainName, result?.aliases.length === 0 ? result.zone : result?.askedZone);
  const zoneName = zone?.name ?? guessZone(domainName);
  const provider = zone === null ? null : recognizeProvider(zone.nameservers.map((server) => server.name));
  return {
    kind,
    name,
    type,
    value,
    zone,
    zoneName,
    priority: record.type === 'MX' ? record.priority : null,
    host: formatHostFor(provider, name, zoneName),
    provider,
  };
}

/** The zone, unless it is the registry's: nobody can publish there. */
function findOwnedZone(domainName: string, zone: ZoneOfName | undefined): ZoneOfName | null {
  return zone === undefined || isAboveRegistrable(domainName, zone.name) ? null : zone;
}

/** Whether a zone lies above what the domain's owner could have registered, as `com` does above `example.com`. */
export function isAboveRegistrable(domainName: string, zoneName: string): boolean {
  const registrable = findRegistrableDomain(domainName) ?? domainName;
  return zoneName !== registrable && (zoneName === '' || registrable.endsWith(`.${zoneName}`));
}
