import type { StubReply } from './https-stub.ts';
import { breaksCnameRule, findValueFault, STUB_NAME, type StubRrSet, type StubZone } from './stub-zone.ts';

/** A zone at the stub. */
export interface HetznerZone extends StubZone {
  readonly id: number;
  readonly mode: 'primary' | 'secondary';
  /** What holds for sets without a TTL of their own. */
  readonly ttl: number;
}

/** An error of the API, in its form. */
export class StubRefusal extends Error {
  readonly reply: StubReply;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.reply = { status, body: { error: { code, message, details: null } } };
  }
}

/**
 * Refuses a record set as the API would: names in lower case, without a final dot and without the zone's name; distinct values in
 * presentation form, TXT as quoted character-strings; a CNAME alone.
 * @param given the name as it was sent, with `@` for the zone
 * @throws StubRefusal
 */
export function findZoneFault(zone: HetznerZone, { name, type, values }: StubRrSet, given: string): void {
  const refuse = (field: string, why: string) =>
    new StubRefusal(422, 'invalid_input', `invalid input in field '${field}': ${why}`);
  if (given === '' || (given !== '@' && !STUB_NAME.test(given)) || `.${given}`.endsWith(`.${zone.name}`))
    throw refuse('name', 'must be a name relative to the zone');
  if (new Set(values).size < values.length) throw refuse('records', 'must be distinct');
  if (type === 'CNAME' && (name === '' || values.length > 1))
    throw refuse('records', 'only one CNAME, and not at the apex');
  const fault = values.map((value) => findValueFault(type, value)).find((each) => each !== null);
  if (fault) throw refuse('records.value', fault);
  if (breaksCnameRule(zone, name, type)) throw refuse('type', 'a CNAME must be the only record at its name');
}
