import type { XmlElement } from './xml.ts';

/** A record set as the stub keeps it. */
export interface StoredSet {
  /** As it is answered: lower case, escaped, with a final dot. */
  readonly name: string;
  readonly type: string;
  readonly ttl: number | null;
  readonly values: readonly string[];
  /** With a routing policy several sets have one name and type. */
  readonly setIdentifier?: string;
  readonly weight?: number;
  readonly aliasTarget?: string;
}

/** A refusal in the words of AWS. */
export class Route53Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly messages: readonly string[];
  constructor(status: number, code: string, ...messages: string[]) {
    super(messages.join(' '));
    this.status = status;
    this.code = code;
    this.messages = messages;
  }
}

/** One change of a batch. */
export interface StubChange {
  readonly action: 'CREATE' | 'DELETE' | 'UPSERT';
  readonly set: StoredSet;
}

const TYPES = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SPF', 'SRV', 'TXT'];
const MOST_CHANGES = 1_000;
const MOST_CHARACTERS = 32_000;
const LONGEST_VALUE = 4_000;
const LONGEST_TTL = 2_147_483_647;
const NAME = /^(?=.{1,255}$)(?:[a-z0-9_-]|\\[0-3][0-7]{2}){1,63}(?:\.(?:[a-z0-9_-]|\\[0-3][0-7]{2}){1,63})*\.$/;
/** A quoted string: printable ASCII, with `\"` and octal escapes. */
const STRING = /"((?:[^"\\]|\\[0-3][0-7]{2}|\\[^0-9])*)"/y;

const invalidInput = (message: string) => new Route53Refusal(400, 'InvalidInput', message);

/** Reads a batch, and refuses what isn't in the form of the API's schema. */
export function readBatch(document: XmlElement): StubChange[] {
  if (document.name !== 'ChangeResourceRecordSetsRequest') throw invalidInput(`Unexpected element ${document.name}`);
  const batch = pickOne(document, 'ChangeBatch');
  checkNames(batch, ['Comment', 'Changes']);
  const changes = pickOne(batch, 'Changes').children;
  if (changes.length === 0 || changes.some(({ name }) => name !== 'Change'))
    throw invalidInput('Changes must have a Change');
  const read = changes.map(readChange);
  const values = read.flatMap(({ set, action }) => (action === 'UPSERT' ? [...set.values, ...set.values] : set.values));
  if (values.length > MOST_CHANGES)
    throw new Route53Refusal(400, 'InvalidChangeBatch', `Number of records limit of ${MOST_CHANGES} exceeded.`);
  if (values.join('').length > MOST_CHARACTERS)
    throw new Route53Refusal(400, 'InvalidChangeBatch', `Character limit of ${MOST_CHARACTERS} exceeded.`);
  return read;
}

/**
 * Makes all changes or none, each on what the ones before left.
 * @returns the sets of the zone after it
 * @throws Route53Refusal with a message for each change that can't be made
 */
export function applyBatch(
  zone: { readonly name: string; readonly sets: readonly StoredSet[]; readonly limit: number },
  changes: readonly StubChange[],
): StoredSet[] {
  let sets = [...zone.sets];
  const messages: string[] = [];
  for (const { action, set } of changes) {
    const about = `[name='${set.name}', type='${set.type}'${set.setIdentifier ? `, set-identifier='${set.setIdentifier}'` : ''}]`;
    const invalid = checkSet(set, zone.name);
    const standing = sets.find((each) => keyOf(each) === keyOf(set));
    if (invalid !== null) messages.push(invalid);
    else if (action === 'DELETE' && !standing)
      messages.push(`Tried to delete resource record set ${about} but it was not found`);
    else if (action === 'DELETE' && standing && !isExactly(standing, set))
      messages.push(
        `Tried to delete resource record set ${about} but the values provided do not match the current values`,
      );
    else if (action === 'CREATE' && standing)
      messages.push(`Tried to create resource record set ${about} but it already exists`);
    else {
      sets = sets.filter((each) => each !== standing);
      if (action !== 'DELETE') sets.push(set);
      const conflict = checkBeside(set, sets, zone.name);
      if (conflict !== null) messages.push(conflict);
    }
  }
  const count = sets.reduce((sum, { values }) => sum + Math.max(values.length, 1), 0);
  if (messages.length === 0 && count > zone.limit) messages.push(`Number of records limit of ${zone.limit} exceeded.`);
  if (messages.length > 0) throw new Route53Refusal(400, 'InvalidChangeBatch', ...messages);
  return sets;
}

/** The order in which sets are listed: by the name with its labels reversed, then by type. */
export function compareSets(one: StoredSet, other: StoredSet): number {
  const key = ({ name, type, setIdentifier = '' }: StoredSet) => [reverseName(name), type, setIdentifier];
  const [first, second] = [key(one), key(other)];
  const at = first.findIndex((part, index) => part !== second[index]);
  return at < 0 ? 0 : (first[at] ?? '') < (second[at] ?? '') ? -1 : 1;
}

/** `www.example.com.` as `com.example.www.` */
export function reverseName(name: string): string {
  return `${name.replace(/\.$/, '').split('.').reverse().join('.')}.`;
}

/** A name as the service keeps it: lower case, escaped, with a final dot. */
export function normalizeName(given: string): string {
  const dotted = given.toLowerCase().endsWith('.') ? given.toLowerCase() : `${given.toLowerCase()}.`;
  const escaped = dotted.replaceAll('*', '\\052');
  if (!NAME.test(escaped)) throw invalidInput(`Invalid domain name: ${given}`);
  return escaped;
}

function keyOf({ name, type, setIdentifier = '' }: StoredSet): string {
  return `${name} ${type} ${setIdentifier}`;
}

function isExactly(one: StoredSet, other: StoredSet): boolean {
  const list = ({ ttl, values, aliasTarget = '' }: StoredSet) => JSON.stringify([ttl, [...values].sort(), aliasTarget]);
  return list(one) === list(other);
}

function readChange(element: XmlElement): StubChange {
  checkNames(element, ['Action', 'ResourceRecordSet']);
  const action = pickOne(element, 'Action').text;
  if (action !== 'CREATE' && action !== 'DELETE' && action !== 'UPSERT') throw invalidInput(`Invalid action ${action}`);
  const set = pickOne(element, 'ResourceRecordSet');
  checkNames(set, ['Name', 'Type', 'SetIdentifier', 'Weight', 'TTL', 'ResourceRecords', 'AliasTarget']);
  const find = (name: string) => set.children.find((each) => each.name === name);
  const records = find('ResourceRecords')?.children ?? [];
  const ttl = find('TTL')?.text;
  const identifier = find('SetIdentifier')?.text;
  const alias = find('AliasTarget');
  return {
    action,
    set: {
      name: normalizeName(pickOne(set, 'Name').text),
      type: pickOne(set, 'Type').text,
      ttl: ttl === undefined ? null : Number(ttl),
      values: records.map((record) => pickOne(record, 'Value').text),
      ...(identifier !== undefined && { setIdentifier: identifier, weight: Number(find('Weight')?.text) }),
      ...(alias && { aliasTarget: pickOne(alias, 'DNSName').text }),
    },
  };
}

function pickOne({ name, children }: XmlElement, wanted: string): XmlElement {
  const found = children.filter((each) => each.name === wanted);
  if (found.length !== 1 || !found[0]) throw invalidInput(`${name} must have one ${wanted}`);
  return found[0];
}

function checkNames({ name, children }: XmlElement, known: readonly string[]): void {
  const unknown = children.find((each) => !known.includes(each.name));
  if (unknown) throw invalidInput(`${name} can't have ${unknown.name}`);
}

function checkSet({ name, type, ttl, values, aliasTarget }: StoredSet, zoneName: string): string | null {
  if (name !== zoneName && !name.endsWith(`.${zoneName}`))
    return `RRSet with DNS name ${name} is not permitted in zone ${zoneName}`;
  if (!TYPES.includes(type)) return `Invalid type ${type}`;
  if (name === zoneName && (type === 'SOA' || type === 'NS'))
    return `A HostedZone must contain at least one ${type} record`;
  if (name === zoneName && type === 'CNAME')
    return `RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zoneName}`;
  if (aliasTarget !== undefined) return null;
  if (ttl === null || !Number.isInteger(ttl) || ttl < 0 || ttl > LONGEST_TTL)
    return `Invalid request: Missing field 'TTL' in Change with [Name=${name}, Type=${type}]`;
  if (values.length === 0) return `Invalid request: Expected at least one of [ResourceRecords]`;
  if (type === 'CNAME' && values.length > 1) return `CNAME records must have exactly one value`;
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) return `Duplicate Resource Record: '${twice}'`;
  return values.map((value) => checkValue(type, value)).find((each) => each !== null) ?? null;
}

function checkValue(type: string, value: string): string | null {
  const refuse = (problem: string) =>
    `Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`;
  if (value.length > LONGEST_VALUE) return refuse('CharacterStringTooLong (Value is too long)');
  if (type === 'TXT' || type === 'SPF') return checkText(value, refuse);
  if (type === 'MX' && !/^\d{1,5}\s+\S+$/.test(value))
    return refuse('MXRRDATANotTwoFields (MX record does not have 2 fields)');
  const host = type === 'MX' ? (value.split(/\s+/)[1] ?? '') : value;
  if (
    (type === 'MX' || type === 'CNAME') &&
    !NAME.test(host.toLowerCase().endsWith('.') ? host.toLowerCase() : `${host.toLowerCase()}.`)
  )
    return refuse('DomainLabelInvalid (Domain label is invalid)');
  return null;
}

function checkText(value: string, refuse: (problem: string) => string): string | null {
  if (/[^\x20-\x7e]/.test(value)) return refuse('UnsupportedCharacter (Value contains unsupported characters)');
  let at = 0;
  while (at < value.length) {
    STRING.lastIndex = at;
    const [whole, text = ''] = STRING.exec(value) ?? [];
    if (whole === undefined) return refuse('InvalidCharacterString (Value should be enclosed in quotation marks)');
    if (text.replaceAll(/\\(?:[0-3][0-7]{2}|.)/g, 'x').length > 255)
      return refuse('CharacterStringTooLong (Value is too long)');
    at += whole.length + (/^\s*/.exec(value.slice(at + whole.length))?.[0].length ?? 0);
  }
  return value === '' ? refuse('InvalidCharacterString (Value should be enclosed in quotation marks)') : null;
}

function checkBeside(set: StoredSet, sets: readonly StoredSet[], zoneName: string): string | null {
  if (!sets.includes(set)) return null;
  const others = sets.filter(({ name, type }) => name === set.name && type !== set.type);
  const zone = zoneName.replace(/\.$/, '');
  if (set.type === 'CNAME' && others.length > 0)
    return `RRSet of type CNAME with DNS name ${set.name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone}.`;
  if (others.some(({ type }) => type === 'CNAME'))
    return `RRSet of type ${set.type} with DNS name ${set.name} is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone ${zone}.`;
  return null;
}
