import { buildDatedSelector, buildKeyRecord } from './dkim-key.ts';
import type { Region } from './regions.ts';

/** The parts of record names and values that carry a product's own name. */
export interface RecordLabels {
  /** The label of the ownership record, such as `_autosend-verify`. */
  readonly ownershipLabel: string;
  /** What stands before the ownership token, such as `autosend-verify-`. */
  readonly ownershipValuePrefix: string;
  /** The default DKIM selector; where it is taken, `-` and 4 hex digits follow. */
  readonly selectorPrefix: string;
  /** The label of the MAIL FROM (return path) domain, such as `asend`. */
  readonly mailFromLabel: string;
}

/** The labels when the configuration names no others. */
export const DEFAULT_LABELS: RecordLabels = {
  ownershipLabel: '_autosend-verify',
  ownershipValuePrefix: 'autosend-verify-',
  selectorPrefix: 'autosend',
  mailFromLabel: 'asend',
};

/** A TXT record to publish, as the API shows it. */
export interface TxtRecordToPublish {
  readonly name: string;
  /** The whole text, not cut into character-strings: see `splitTxtValue`. */
  readonly value: string;
  readonly type: 'TXT';
  readonly purpose: string;
}

/** An MX record to publish, as the API shows it. */
export interface MxRecordToPublish {
  readonly name: string;
  readonly value: string;
  readonly type: 'MX';
  readonly purpose: string;
  readonly priority: number;
}

/** The records of a domain, in the wire's shape and key order (`api.md`, "The Domain object"). */
export interface DnsRecords {
  readonly ownership: TxtRecordToPublish;
  readonly dkim: TxtRecordToPublish;
  readonly mailFrom: readonly [MxRecordToPublish, TxtRecordToPublish];
  readonly dmarc: TxtRecordToPublish;
}

/** What the configuration adds to a domain's records, kept with the domain: they stay as shown, whatever it becomes. */
export interface RecordSettings {
  readonly region: Region;
  readonly labels: RecordLabels;
}

/** What the records of a domain are made from; all of it is fixed when the domain is added. */
export interface DnsRecordsInput extends RecordSettings {
  /** The domain, in lower-case A-label form. */
  readonly domainName: string;
  /** 32 lower-case hexadecimal digits. */
  readonly ownershipToken: string;
  /** The DKIM selector, without `._domainkey`. */
  readonly selector: string;
  /** The DKIM public key: base64 of the DER SubjectPublicKeyInfo. */
  readonly publicKey: string;
}

const MX_PRIORITY = 10;

/**
 * Builds the five records of a domain. The API shows what this returns and the check compares with what this returns,
 * and nothing else builds a record: were there two sources, a person could publish exactly what was shown and never pass.
 */
export function buildDnsRecords(input: DnsRecordsInput): DnsRecords {
  const { domainName, labels, region } = input;
  const mailFromName = `${labels.mailFromLabel}.${domainName}`;
  return {
    ownership: {
      name: `${labels.ownershipLabel}.${domainName}`,
      value: `${labels.ownershipValuePrefix}${input.ownershipToken}`,
      type: 'TXT',
      purpose: 'Domain ownership verification',
    },
    // The active RSA key: every receiver can verify it, so the domain is judged by it.
    dkim: buildKeyRecord({ domainName, selector: input.selector, algorithm: 'rsa-2048', publicKey: input.publicKey }),
    mailFrom: [
      {
        name: mailFromName,
        value: region.mailFromHost,
        type: 'MX',
        purpose: 'Mail-from domain',
        priority: MX_PRIORITY,
      },
      {
        name: mailFromName,
        value: `v=spf1 ${region.spfMechanism} ~all`,
        type: 'TXT',
        purpose: 'SPF record for mail-from domain',
      },
    ],
    dmarc: {
      name: `_dmarc.${domainName}`,
      value: 'v=DMARC1; p=none;',
      type: 'TXT',
      purpose: 'DMARC policy',
    },
  };
}

/** Builds the selector for a domain: the default one, or with 4 hex digits where another project took it. */
export function buildSelector(labels: RecordLabels, suffix?: string): string {
  return suffix === undefined ? labels.selectorPrefix : `${labels.selectorPrefix}-${suffix}`;
}

/**
 * Lists what may be put before a domain name, in its longest form, so that a name too long for any of its records is
 * refused when it is added (a DNS name holds at most 253 characters, RFC 1035 §2.3.4).
 */
export function listDerivedLabels(labels: RecordLabels): string[] {
  const longestSelector = buildDatedSelector(labels.selectorPrefix, new Date(0), '00');
  return [labels.ownershipLabel, `${longestSelector}._domainkey`, labels.mailFromLabel, '_dmarc'];
}

const MAX_STRING_OCTETS = 255;

/**
 * Splits a value into the character-strings of one TXT record, each at most 255 octets (RFC 1035 §3.3.14). They are
 * joined again without anything between; no character of more than one octet is cut in two. Never empty.
 */
export function splitTxtValue(value: string): string[] {
  const strings: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of value) {
    const size = Buffer.byteLength(character, 'utf8');
    if (octets + size > MAX_STRING_OCTETS) {
      strings.push(current);
      current = '';
      octets = 0;
    }
    current += character;
    octets += size;
  }
  strings.push(current);
  return strings;
}
