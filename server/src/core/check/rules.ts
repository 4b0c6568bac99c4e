import { type Answer, joinTxt, type Lookups, recordsOfType } from '../answers/dns-answer.ts';
import { checkDkim } from '../dkim/check.ts';
import { parseDkimKeyRecord } from '../dkim/key-record.ts';
import { checkSlot, type KeySlot } from '../dkim/slot-check.ts';
import { checkDmarc } from '../dmarc/check.ts';
import type { Judgement, Step, Undecided } from '../judgement/judgement.ts';
import { checkMailFromMx } from '../mail-from/check.ts';
import { compareMx } from '../mail-from/compare-mx.ts';
import { checkOwnership } from '../ownership/check.ts';
import { RECORDS, type RecordKind } from '../records/record.ts';
import { checkSpf, findOwnMechanism } from '../spf/check.ts';

/** What a rule judges: one server's answer to the question for one record. */
export interface RuleInput {
  /** The domain, lower case, without final dot. */
  readonly domain: string;
  /** The name of the record, and the value that was shown to the customer. */
  readonly name: string;
  readonly value: string;
  /** Not `failed`: what failed is never judged. */
  readonly answer: Answer;
  /** The look-ups made so far. */
  readonly lookups: Lookups;
  /** What is to be found by a DKIM record that is a CNAME. */
  readonly slot?: KeySlot | undefined;
}

/** Answers with the names to ask next, or the judgement; undecided where a name that could decide could not be asked, null where nothing is known. */
export type Rule = (input: RuleInput) => Step<Judgement | Undecided | null>;

/** The rule of each kind of record. */
export const RULES: Readonly<Record<RecordKind, Rule>> = {
  ownership: ({ value, answer }) => finish(checkOwnership(value, listTexts(answer))),
  dkim: ({ value, answer, slot }) => {
    if (slot) return finish(checkSlot(slot, listTexts(answer)));
    const key = parseDkimKeyRecord(value);
    if ('problem' in key) throw new Error(`The DKIM record to publish is none: ${key.problem.what}.`);
    const kind = key.keyType === 'ed25519' ? 'ed25519' : 'rsa';
    return finish(checkDkim(key.publicKey, listTexts(answer), kind));
  },
  mail_from_mx: ({ value, answer }) => {
    const expected = { exchange: value, preference: RECORDS.mail_from_mx.priority };
    return finish(checkMailFromMx(expected, (recordsOfType(answer, 'MX') ?? []).sort(compareMx)));
  },
  mail_from_spf: ({ name, value, answer, lookups }) =>
    checkSpf({ domain: name, txt: listTexts(answer), expectedMechanism: findOwnMechanism(value), lookups }),
  dmarc: ({ domain, value, answer, lookups }) =>
    checkDmarc({ domain, txt: listTexts(answer), lookups, offered: value }),
};

/** A record set has no order (RFC 1035 §3.6, RFC 2181 §5): servers that hold the same must come to the same words. */
function listTexts(answer: Answer): string[] {
  return (recordsOfType(answer, 'TXT') ?? []).map(joinTxt).sort();
}

function finish(judgement: Judgement): Step<Judgement> {
  return { done: true, value: judgement };
}
