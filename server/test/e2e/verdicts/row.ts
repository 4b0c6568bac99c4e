import type { FindingCode } from '../../../src/core/judgement/observation.ts';
import { RECORD_KINDS, type RecordKind } from '../../../src/core/records/record.ts';
import type { DomainToPublish } from '../../support/dns/publish.ts';
import { splitOctets, type ZoneLine } from '../../support/dns/zone-text.ts';

/** What a customer published, and what they are told. */
export interface VerdictRow {
  readonly guarantee: string;
  /** What stands in the zone in place of the five records as they are shown. */
  readonly lines: (world: RowWorld) => readonly ZoneLine[];
  /** Whether the domain comes to be VERIFIED; left out where nobody called verify. */
  readonly isVerified?: boolean;
  /** All findings at these places, and no others. */
  readonly told: Readonly<Partial<Record<RecordKind | 'zone', readonly FindingCode[]>>>;
  /** The domain below `<zone>`, such as `mail`, in place of the zone's own name. */
  readonly subdomain?: string;
  /** What stands in it on one of its three servers, where the other two have `lines`. */
  readonly elsewhere?: (world: RowWorld) => readonly ZoneLine[];
  /** Who serves the zone, where that is not Knot alone. */
  readonly setup?: RowSetup;
}

/**
 * `stale_ns`: its own NS records name the old host. `not_served`: it is delegated to the old host, which does not know it.
 * `without_tcp`, `silent_tcp`: behind a filter that has no TCP, or lets it hang. `without_authority`: behind a cache.
 * `private`: its name server has a private address only. `mixed`: three servers, one of which has other records.
 */
export type RowSetup =
  | 'stale_ns'
  | 'not_served'
  | 'without_tcp'
  | 'silent_tcp'
  | 'without_authority'
  | 'private'
  | 'mixed';

/** The records of one domain, to be spoilt. */
export interface RowWorld {
  readonly domain: string;
  readonly zone: string;
  readonly value: Readonly<Record<RecordKind, string>>;
  readonly name: Readonly<Record<RecordKind, string>>;
  /** The base64 in `p=`. */
  readonly key: string;
  readonly shown: readonly ZoneLine[];
  /** All five but these. */
  without(...kinds: RecordKind[]): ZoneLine[];
  /** All five, with these texts, one character for each octet, in place of one. */
  instead(kind: RecordKind, ...texts: string[]): ZoneLine[];
}

/** A TXT record of any octets. */
export function txt(name: string, text: string): ZoneLine {
  return { name, type: 'TXT', value: '', strings: splitOctets(Buffer.from(text, 'latin1')) };
}

/** Builds what a row works with. */
export function buildWorld({ domainName: domain, dnsRecords }: DomainToPublish, zone: string): RowWorld {
  const { ownership, dkim, mailFrom, dmarc } = dnsRecords;
  const shown: ZoneLine[] = [ownership, dkim, ...mailFrom, dmarc];
  const of = <T>(read: (line: ZoneLine) => T) =>
    Object.fromEntries(shown.map((line, index) => [RECORD_KINDS[index], read(line)])) as Record<RecordKind, T>;
  const at = (kind: RecordKind) => RECORD_KINDS.indexOf(kind);
  const without: RowWorld['without'] = (...kinds) =>
    shown.filter((_, index) => !kinds.some((kind) => at(kind) === index));
  const name = of((line) => line.name);
  return {
    ...{ domain, zone, shown, name, without },
    value: of((line) => line.value),
    key: dkim.value.slice(dkim.value.indexOf('p=') + 2),
    instead: (kind, ...texts) => [...without(kind), ...texts.map((text) => txt(name[kind], text))],
  };
}
