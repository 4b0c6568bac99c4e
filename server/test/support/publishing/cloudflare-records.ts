import { randomBytes } from 'node:crypto';
import { parseTxtStrings } from '../../../src/core/publishing/rdata.ts';

/** A record as the stub keeps it and answers with it. */
export interface StoredRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl: number;
  readonly proxied: boolean;
  readonly proxiable: boolean;
  readonly priority?: number;
  readonly comment: string | null;
  readonly tags: readonly string[];
  readonly settings: object;
  readonly meta: object;
  readonly created_on: string;
  readonly modified_on: string;
}

/** A refusal in the words of Cloudflare. */
export class CloudflareRefusal extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const FIELDS = ['type', 'name', 'content', 'ttl', 'proxied', 'priority', 'comment', 'tags', 'settings', 'data'];
const PROXIABLE = ['A', 'AAAA', 'CNAME'];
const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const MOST_WIRE_OCTETS = 4_096;
const MOST_COMBINED_OCTETS = 8_192;
const LONGEST_COMMENT = 100;

const refuse = (code: number, message: string) => new CloudflareRefusal(400, code, message);

/** The records of a zone with Cloudflare's rules. Each change is made on a copy of the list, so that a batch is a transaction. */
export function createRecord(
  zone: { readonly name: string; readonly quota: number },
  records: readonly StoredRecord[],
  given: unknown,
): { readonly records: StoredRecord[]; readonly record: StoredRecord } {
  if (records.length >= zone.quota) throw refuse(81045, 'Record quota exceeded.');
  const now = new Date().toISOString();
  const record = {
    id: randomBytes(16).toString('hex'),
    ...readRecord(zone.name, given),
    created_on: now,
    modified_on: now,
  };
  checkBeside(record, records);
  return { records: [...records, record], record };
}

/** Changes a record: what `given` leaves out stays with a patch, and gets its default otherwise. */
export function changeRecord(
  zone: { readonly name: string },
  records: readonly StoredRecord[],
  { id, given, isPatch }: { readonly id: string; readonly given: unknown; readonly isPatch: boolean },
): { readonly records: StoredRecord[]; readonly record: StoredRecord } {
  const old = findRecord(records, id);
  const { name, type, content, ttl, proxied, priority, comment, tags } = old;
  const stays = isPatch ? { name, type, content, ttl, proxied, priority, comment, tags } : {};
  const fields = readRecord(zone.name, { ...stays, ...readObject(given) });
  const record = { ...fields, id, created_on: old.created_on, modified_on: new Date().toISOString() };
  const others = records.filter((each) => each.id !== id);
  checkBeside(record, others);
  return { records: [...others, record], record };
}

/** Removes a record. */
export function deleteRecord(records: readonly StoredRecord[], id: string) {
  const record = findRecord(records, id);
  return { records: records.filter((each) => each.id !== id), record };
}

/** Finds a record by its id. */
export function findRecord(records: readonly StoredRecord[], id: string): StoredRecord {
  const record = records.find((each) => each.id === id);
  if (!record) throw new CloudflareRefusal(404, 81044, 'Record does not exist.');
  return record;
}

/** Reads a JSON object. */
export function readObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse(9207, 'Request body is invalid.');
  return value as Record<string, unknown>;
}

function readRecord(zoneName: string, given: unknown): Omit<StoredRecord, 'id' | 'created_on' | 'modified_on'> {
  const fields = readObject(given);
  for (const field of Object.keys(fields))
    if (!FIELDS.includes(field)) throw refuse(9207, `The stub knows no field ${field}.`);
  const { type, ttl = 1, proxied = false, comment = null, tags = [] } = fields;
  if (typeof type !== 'string' || !['A', 'AAAA', 'CNAME', 'MX', 'TXT'].includes(type))
    throw refuse(9018, 'DNS record type is invalid.');
  const name = readName(fields.name, zoneName);
  const isAutomatic = ttl === 1;
  if (!isAutomatic && (!Number.isInteger(ttl) || Number(ttl) < 60 || Number(ttl) > 86_400))
    throw refuse(9021, 'TTL must be between 60 and 86400 seconds, or 1 for Automatic.');
  if (typeof proxied !== 'boolean') throw refuse(9207, 'proxied must be a boolean.');
  if (proxied && !PROXIABLE.includes(type)) throw refuse(9004, 'This record type cannot be proxied.');
  if (comment !== null && (typeof comment !== 'string' || comment.length > LONGEST_COMMENT))
    throw refuse(9313, `DNS record comment exceeds the allowed length of ${LONGEST_COMMENT} characters.`);
  if (!Array.isArray(tags)) throw refuse(9207, 'tags must be a list.');
  const content = readContent(type, fields.content, name);
  return {
    name,
    type,
    content,
    ttl: proxied ? 1 : Number(ttl),
    proxied,
    proxiable: PROXIABLE.includes(type),
    ...(type === 'MX' && { priority: readPriority(fields.priority) }),
    comment,
    tags: tags.map(String),
    settings: {},
    meta: {},
  };
}

/** A name is relative to the zone unless it ends with it. */
function readName(given: unknown, zoneName: string): string {
  if (typeof given !== 'string' || given === '') throw refuse(9000, 'DNS name is invalid.');
  const bare = given.toLowerCase().replace(/\.$/, '');
  if (bare === '@' || bare === zoneName) return zoneName;
  const name = bare.endsWith(`.${zoneName}`) ? bare : `${bare}.${zoneName}`;
  if (!HOST.test(name)) throw refuse(9000, 'DNS name is invalid.');
  return name;
}

function readContent(type: string, content: unknown, name: string): string {
  if (typeof content !== 'string' || content === '') throw refuse(9022, 'Content cannot be empty.');
  if (type === 'TXT') return readText(content);
  if (type === 'A' || type === 'AAAA') return content;
  const host = content.toLowerCase().replace(/\.$/, '');
  if (!HOST.test(host)) throw refuse(type === 'MX' ? 9009 : 9007, `Content for ${type} record is invalid.`);
  if (type === 'CNAME' && host === name) throw refuse(9039, 'CNAME content cannot reference itself.');
  return host;
}

/** Text without quotation marks is taken and stored as it is; with one at its begin, it has to be quoted strings. */
function readText(content: string): string {
  const strings = content.startsWith('"') ? parseTxtStrings(content) : splitText(content);
  if (!strings) throw refuse(9101, 'TXT content must be quoted strings of at most 255 bytes.');
  if (countWireOctets(strings) > MOST_WIRE_OCTETS)
    throw refuse(9015, `Record content exceeds the allowed length of ${MOST_WIRE_OCTETS} wire format bytes.`);
  return content;
}

function splitText(text: string): Buffer[] {
  const octets = Buffer.from(text);
  return Array.from({ length: Math.ceil(octets.length / 255) }, (_, at) => octets.subarray(at * 255, at * 255 + 255));
}

function countWireOctets(strings: readonly Buffer[]): number {
  return strings.reduce((sum, { length }) => sum + 1 + length, 0);
}

function readPriority(priority: unknown): number {
  if (priority === undefined) throw refuse(9100, 'priority is a required field.');
  if (!Number.isInteger(priority) || Number(priority) < 0 || Number(priority) > 65_535)
    throw refuse(9100, 'priority must be between 0 and 65535.');
  return Number(priority);
}

/** A CNAME stands alone, no record stands twice, and a name has its limit. */
function checkBeside(record: StoredRecord, others: readonly StoredRecord[]): void {
  const beside = others.filter(({ name }) => name === record.name);
  const exclusive = ['A', 'AAAA', 'CNAME', 'MX', 'TXT'];
  if (record.type === 'CNAME' && beside.some(({ type }) => exclusive.includes(type)))
    throw refuse(81053, 'An A, AAAA, or CNAME record with that host already exists.');
  if (beside.some(({ type }) => type === 'CNAME')) throw refuse(81054, 'A CNAME record with that host already exists.');
  const same = beside.filter(({ type }) => type === record.type);
  if (same.some(({ content, priority }) => content === record.content && priority === record.priority))
    throw refuse(81058, 'An identical record already exists.');
  const octets = [record, ...same].reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  if (octets > MOST_COMBINED_OCTETS)
    throw refuse(83011, 'Combined content length of records with this name and type exceeds the allowed maximum.');
}
