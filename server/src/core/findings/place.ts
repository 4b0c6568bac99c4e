import { listQuestions } from '../check.ts';
import { type LookupResult, type Lookups, questionKey, type ZoneOfName } from '../dns-answer.ts';
import type { DnsProvider } from '../dns-provider-table.ts';
import { recognizeProvider } from '../dns-providers.ts';
import { RECORD_KINDS, type RecordKind } from '../judgement.ts';
import { formatPanelHost, guessZone } from '../panel-host.ts';
import { findRegistrableDomain } from '../public-suffix.ts';
import type { DnsRecords, MxRecordToPublish, TxtRecordToPublish } from '../records.ts';

/** Where one of the five records belongs, and how its owner gets it there. */
export interface RecordPlace {
  readonly kind: RecordKind;
  /** The whole name, lower case, without the final dot. */
  readonly name: string;
  readonly type: 'TXT' | 'MX';
  /** The value to publish; for the MX its host. */
  readonly value: string;
  /** For the MX only. */
  readonly priority: number | null;
  /** The zone that really holds the name; null where that is not known (yet). */
  readonly zone: ZoneOfName | null;
  /** The name of that zone, or the one where such a record most likely goes. */
  readonly zoneName: string;
  /** The name as a DNS panel wants it: relative to the zone, `@` at its apex. */
  readonly host: string;
  readonly provider: DnsProvider | null;
}

export type RecordPlaces = Readonly<Record<RecordKind, RecordPlace>>;

/** Finds the place of each record by the zones that the look-ups found. */
export function findPlaces(domainName: string, records: DnsRecords, lookups: Lookups): RecordPlaces {
  const questions = listQuestions(records);
  const [mx, spf] = records.mailFrom;
  const values = {
    ownership: records.ownership,
    dkim: records.dkim,
    mail_from_mx: mx,
    mail_from_spf: spf,
    dmarc: records.dmarc,
  };
  // Mostly all records are in one zone.
  const known = new Map<string, OwnedZone>();
  const entries = RECORD_KINDS.map((kind) => [
    kind,
    findPlace(domainName, kind, values[kind], lookups.get(questionKey(questions[kind])), known),
  ]);
  return Object.fromEntries(entries) as Record<RecordKind, RecordPlace>;
}

/** A zone in which the domain's owner may publish, and whose panel it is edited in. */
type OwnedZone = Pick<RecordPlace, 'zone' | 'provider'>;

/** Finds the place of a record by the zone that its look-up found. @param kind what it is, or what it is like: a further key is a `dkim` */
export function findPlace(
  domainName: string,
  kind: RecordKind,
  record: TxtRecordToPublish | MxRecordToPublish,
  result: LookupResult | undefined,
  known = new Map<string, OwnedZone>(),
): RecordPlace {
  const { name, type, value } = record;
  const { zone, provider } = findOwnedZone(
    domainName,
    result?.aliases.length === 0 ? result.zone : result?.askedZone,
    known,
  );
  const zoneName = zone?.name ?? guessZone(domainName);
  return {
    ...{ kind, name, type, value, zone, zoneName },
    priority: record.type === 'MX' ? record.priority : null,
    host: formatPanelHost(name, zoneName),
    provider,
  };
}

const NO_ZONE: OwnedZone = { zone: null, provider: null };

/** The zone, unless it is the registry's: nobody can publish there. */
function findOwnedZone(domainName: string, zone: ZoneOfName | undefined, known: Map<string, OwnedZone>): OwnedZone {
  if (zone === undefined) return NO_ZONE;
  const nameservers = zone.nameservers.map((server) => server.name);
  const key = `${zone.name} ${zone.dnssec} ${nameservers.join(' ')}`;
  const found =
    known.get(key) ??
    (isAboveRegistrable(domainName, zone.name) ? NO_ZONE : { zone, provider: recognizeProvider(nameservers) });
  known.set(key, found);
  return found;
}

/** Whether a zone lies above what the domain's owner could have registered, as `com` does above `example.com`. */
export function isAboveRegistrable(domainName: string, zoneName: string): boolean {
  const registrable = findRegistrableDomain(domainName) ?? domainName;
  return zoneName !== registrable && (zoneName === '' || registrable.endsWith(`.${zoneName}`));
}
