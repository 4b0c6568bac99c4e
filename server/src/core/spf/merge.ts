import {
  buildMechanismKey,
  parseSpfTerm,
  repairTerm,
  type SpfMechanism,
  type SpfTerm,
  splitTerms,
  VERSION,
} from './record.ts';

/**
 * Builds the one record to publish in place of the given ones: our mechanism first, so that it is reached whatever
 * follows; then every other term that is right and can be reached, once; and an `all` that never says pass.
 * @param records texts that start with v=spf1; their wrong terms are left out
 * @param ownMechanism such as `include:amazonses.com`
 */
export function mergeSpfRecords(records: readonly string[], ownMechanism: string): string {
  const own = parseSpfTerm(ownMechanism);
  const seen = new Set<string>(isMechanism(own) ? [buildMechanismKey(own)] : []);
  const mechanisms = [ownMechanism];
  const modifiers = new Map<string, string>();
  const alls = new Set<string>();
  for (const record of records) {
    const terms = splitTerms(record).flatMap((text): SpfTerm[] => {
      const term = parseSpfTerm(repairTerm(text));
      return 'problem' in term ? [] : [term];
    });
    const all = terms.findIndex((term) => isMechanism(term) && term.name === 'all');
    const reached = all < 0 ? terms : terms.slice(0, all);
    for (const term of reached.filter(isMechanism)) {
      const key = buildMechanismKey(term);
      if (!seen.has(key)) mechanisms.push(term.text);
      seen.add(key);
    }
    for (const term of terms) {
      if (term.kind !== 'modifier') continue;
      if (term.name !== 'redirect') {
        if (!modifiers.has(term.name)) modifiers.set(term.name, term.text);
      } else if (all < 0) {
        // A redirect would take effect for one of the records only, and never beside an all; as an include it is kept.
        const include = parseSpfTerm(`include:${term.value}`);
        if (isMechanism(include) && !seen.has(buildMechanismKey(include))) {
          seen.add(buildMechanismKey(include));
          mechanisms.push(include.text);
        }
      }
    }
    const last = terms[all];
    alls.add(last !== undefined && isMechanism(last) ? last.qualifier : '');
  }
  const ending = alls.size === 1 && alls.has('-') ? '-all' : '~all';
  return ['v=spf1', ...mechanisms, ending, ...modifiers.values()].join(' ');
}

/**
 * Puts our mechanism into a record and leaves every other character as it is: before all other terms, so that it is before
 * `all` and is reached whatever follows. For other senders nothing changes but one more look-up.
 * @param record a text that starts with v=spf1
 */
export function addSpfMechanism(record: string, ownMechanism: string): string {
  return `${record.slice(0, VERSION.length)} ${ownMechanism}${record.slice(VERSION.length)}`;
}

function isMechanism(term: ReturnType<typeof parseSpfTerm>): term is SpfMechanism {
  return 'kind' in term && term.kind === 'mechanism';
}
