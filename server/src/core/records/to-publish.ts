/** The types of record that a domain's owner can be asked to publish. */
export const RECORD_TYPES = ['TXT', 'MX', 'CNAME'] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

/** A record to publish, as the API shows it; its keys in this order. */
interface PublishedRecord<T extends RecordType> {
  readonly name: string;
  readonly value: string;
  readonly type: T;
  readonly purpose: string;
}

/** A TXT record to publish. Its `value` is the whole text, not cut into character-strings: see `splitTxtValue`. */
export type TxtRecordToPublish = PublishedRecord<'TXT'>;

/** An MX record to publish; its `value` is the host. */
export interface MxRecordToPublish extends PublishedRecord<'MX'> {
  readonly priority: number;
}

/** A CNAME to publish; its `value` is the name that it leads to, without a final dot. */
export type CnameRecordToPublish = PublishedRecord<'CNAME'>;

/** Any record to publish. */
export type RecordToPublish = TxtRecordToPublish | MxRecordToPublish | CnameRecordToPublish;

/** The type that a record is asked for by: of a CNAME, that of what is to be found behind it, which is a DKIM key. */
export function findAskedType(type: RecordType): Exclude<RecordType, 'CNAME'> {
  return type === 'CNAME' ? 'TXT' : type;
}
