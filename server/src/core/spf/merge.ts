import { buildMechanismKey, parseSpfTerm, type SpfMechanism, type SpfTerm, splitTerms, VERSION } from './record.ts';
import {
  cleanCharacters,
  isMechanismWithEquals,
  joinTornTerms,
  repairTerm,
  splitGluedTerms,
  splitTerm,
} from './slips.ts';

/** One record in place of others. */
export interface MergedSpf {
  readonly record: string;
  /** The terms that are not in it although they had an effect, as they were written. */
  readonly leftOut: readonly string[];
}

/** A term as it was written and as it was meant; null where that cannot be known. */
interface ReadTerm {
  readonly written: string;
  readonly term: SpfTerm | null;
}

/**
 * Builds the one record to publish in place of the given ones: our mechanism first, so that it is reached whatever
 * follows; then every other term that can be reached, once and put right; and an `all` that never says pass.
 * @param records texts that start with v=spf1
 * @param ownMechanism such as `include:amazonses.com`
 * @param unwanted terms to leave out, as an earlier record of this function writes them
 */
export function mergeSpfRecords(
  records: readonly string[],
  ownMechanism: string,
  unwanted: ReadonlySet<string> = new Set(),
): MergedSpf {
  const own = parseSpfTerm(ownMechanism);
  const seen = new Set<string>(isMechanism(own) ? [buildMechanismKey(own)] : []);
  const mechanisms = [ownMechanism];
  const modifiers = new Map<string, string>();
  const alls = new Set<string>();
  const leftOut: string[] = [];
  const take = (mechanism: SpfMechanism, written: string) => {
    const key = buildMechanismKey(mechanism);
    if (seen.has(key)) return;
    seen.add(key);
    if (unwanted.has(mechanism.text)) leftOut.push(written);
    else mechanisms.push(mechanism.text);
  };
  for (const record of records) {
    const terms = readTerms(record);
    const all = terms.findIndex(({ term }) => term !== null && isMechanism(term) && term.name === 'all');
    for (const { written, term } of all < 0 ? terms : terms.slice(0, all)) {
      if (term === null) leftOut.push(written);
      else if (isMechanism(term)) take(term, written);
    }
    for (const { written, term } of terms) {
      // A second version section has no effect.
      if (term?.kind !== 'modifier' || term.text.toLowerCase() === VERSION) continue;
      if (term.name !== 'redirect') {
        if (!modifiers.has(term.name)) modifiers.set(term.name, term.text);
      } else if (all < 0) {
        // A redirect would take effect for one of the records only, and never beside an all; as an include it is kept.
        const include = parseSpfTerm(`include:${term.value}`);
        if (isMechanism(include)) take(include, written);
      }
    }
    const last = terms[all]?.term;
    alls.add(last && isMechanism(last) ? last.qualifier : '');
  }
  const ending = alls.size === 1 && alls.has('-') ? '-all' : '~all';
  return { record: ['v=spf1', ...mechanisms, ending, ...modifiers.values()].join(' '), leftOut: [...new Set(leftOut)] };
}

/** Whether a record names a mechanism, but with `=` in place of `:`; gives it back as it was written. */
export function findMistyped(record: string, mechanism: SpfMechanism): string | undefined {
  const key = buildMechanismKey(mechanism);
  const isMeant = ({ term }: ReadTerm) => term !== null && isMechanism(term) && buildMechanismKey(term) === key;
  const meant = readTerms(record).filter(isMeant);
  return meant.every(({ written }) => isMechanismWithEquals(written)) ? meant[0]?.written : undefined;
}

/**
 * Puts our mechanism into a record and leaves every other character as it is: before all other terms, so that it is before
 * `all` and is reached whatever follows. For other senders nothing changes but one more look-up.
 * @param record a text that starts with v=spf1
 */
export function addSpfMechanism(record: string, ownMechanism: string): string {
  return `${record.slice(0, VERSION.length)} ${ownMechanism}${record.slice(VERSION.length)}`;
}

/** Reads the terms of a record as they were meant: what is right stays as it is. */
function readTerms(record: string): ReadTerm[] {
  return splitTerms(joinTornTerms(cleanCharacters(record)))
    .flatMap(splitGluedTerms)
    .flatMap((text) => (parseRight(text) ? [text] : splitTerm(text)))
    .map((written) => ({ written, term: parseRight(written) ?? parseRight(repairTerm(written)) }));
}

function parseRight(text: string): SpfTerm | null {
  const term = parseSpfTerm(text);
  return 'problem' in term || isMechanismWithEquals(text) ? null : term;
}

function isMechanism(term: ReturnType<typeof parseSpfTerm>): term is SpfMechanism {
  return 'kind' in term && term.kind === 'mechanism';
}
