import assert from 'node:assert/strict';
import type { DomainObject } from '../../../src/wire/domain.ts';

/** What the service has acknowledged, from the side of its clients, and what it broke of that. */
export interface DomainLedger {
  /** Acknowledged domains, by name. */
  readonly live: ReadonlyMap<string, DomainObject>;
  /** Every domain that ever was acknowledged, by id. */
  readonly created: ReadonlySet<string>;
  /** What was lost, done twice or answered wrong: one line each. */
  readonly wrong: string[];
  noteCreated(domain: DomainObject): void;
  noteDeleted(domain: DomainObject): void;
  /** A delete was sent, and nobody knows yet whether it was done. */
  noteDeleting(domain: DomainObject): void;
  isVerified(domain: DomainObject): boolean;
  /** @param wasVerified whether it was known to be verified when this was asked: answers overtake each other */
  noteSeen(domain: DomainObject, wasVerified: boolean): void;
  /** Compares with all that the service has now; `unanswered` are names whose create has had no answer yet. */
  compare(found: readonly DomainObject[], unanswered: ReadonlySet<string>): void;
}

/** Opens an empty ledger. */
export function createDomainLedger(): DomainLedger {
  const live = new Map<string, DomainObject>();
  const deleting = new Set<string>();
  const deleted = new Set<string>();
  const verified = new Set<string>();
  const created = new Set<string>();
  const wrong: string[] = [];

  function noteSeen(seen: DomainObject, wasVerified: boolean): void {
    const { id, domainName, dnsRecords, verificationStatus } = seen;
    const known = live.get(domainName);
    if (known && known.id !== id) wrong.push(`${domainName} is ${id}, and was acknowledged as ${known.id}`);
    else if (known && !isEqual(known.dnsRecords, dnsRecords)) wrong.push(`${domainName} has other keys or values now`);
    if (verificationStatus === 'VERIFIED') verified.add(id);
    else if (wasVerified) wrong.push(`${domainName} was VERIFIED and is ${verificationStatus}`);
  }

  return {
    live,
    created,
    wrong,
    noteCreated(domain) {
      if (created.has(domain.id)) wrong.push(`${domain.domainName} has the id ${domain.id} of another domain`);
      created.add(domain.id);
      live.set(domain.domainName, domain);
    },
    noteDeleting({ domainName }) {
      live.delete(domainName);
      deleting.add(domainName);
    },
    noteDeleted({ domainName }) {
      deleting.delete(domainName);
      deleted.add(domainName);
    },
    isVerified: ({ id }) => verified.has(id),
    noteSeen,
    compare(found, unanswered) {
      const names = new Set<string>();
      for (const domain of found) {
        const { domainName } = domain;
        if (names.has(domainName)) wrong.push(`${domainName} is there twice`);
        names.add(domainName);
        noteSeen(domain, verified.has(domain.id));
        if (deleted.has(domainName)) wrong.push(`${domainName} was deleted and is there again`);
        else if (!live.has(domainName) && !deleting.has(domainName) && !unanswered.has(domainName))
          wrong.push(`${domainName} is there, and nobody made it`);
      }
      for (const name of live.keys()) if (!names.has(name)) wrong.push(`${name} was acknowledged and is not there`);
    },
  };
}

function isEqual(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
