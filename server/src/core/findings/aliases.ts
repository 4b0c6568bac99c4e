import { firstAnswer, type LookupResult, recordsOfType } from '../answers/dns-answer.ts';
import { findCause } from '../answers/failure.ts';
import { excerptsOf } from '../answers/quote-found.ts';
import { isCloudflareProxy } from '../panels/cloudflare-proxy.ts';
import type { Probe } from './probe.ts';
import { type Explanation, evidenceOf, findAlias, listAliasEvidence, listUsable, type RecordView } from './view.ts';
import { nameNeighbor } from './wildcard.ts';

/** A name with a CNAME can hold nothing else (RFC 1034 §3.6.2): what is behind it decides, and it is not ours. */
export function findCnameInTheWay(view: RecordView): Explanation | null {
  const alias = findAlias(view);
  if (alias === null) return null;
  const { result } = view;
  const evidence = listAliasEvidence(view);
  const usable = listUsable(result);
  const isDangling = usable.length > 0 && usable.every((a) => a.outcome === 'absent' && a.reason === 'nxdomain');
  if (!isDangling) return { code: 'cname_in_the_way', facts: { target: alias }, evidence };
  const target = result.aliases.at(-1) ?? alias;
  return { code: 'cname_dangling', facts: { target, isDirect: result.aliases.length === 1 }, evidence };
}

/** CNAMEs that lead nowhere at all: every server showed it, so it is certain, though there is no answer. */
export function findEndlessCname(view: RecordView): Explanation | null {
  const { answers, aliases } = view.result;
  const causes = new Set(answers.map((answer) => (answer.outcome === 'failed' ? findCause(answer) : null)));
  const [cause] = causes;
  if (causes.size !== 1 || (cause !== 'cname_loop' && cause !== 'cname_chain')) return null;
  const path = [view.place.name, ...aliases];
  return {
    code: cause === 'cname_loop' ? 'cname_loop' : 'cname_chain_too_long',
    facts: { path: path.slice(0, MAX_PATH), isLonger: path.length > MAX_PATH },
    evidence: listAliasEvidence(view),
  };
}

/** A CNAME and our record, or anything else, at one name: resolvers see now the one and now the other. */
export function findCnameBeside({ place, result }: RecordView): Explanation | null {
  const shown = result.answers.flatMap((answer) =>
    answer.outcome === 'failed' && answer.kind === 'cname_beside_others' && answer.step.at === 'record' ? [answer] : [],
  );
  if (shown.length === 0 || result.aliases.length > 0) return null;
  const others = [...new Set(shown.flatMap((answer) => answer.others))];
  const targets = [...new Set(shown.flatMap((answer) => answer.targets))].slice(0, MAX_PATH);
  const ours = place.priority === null ? place.value : `${place.priority} ${place.value}`;
  const isOurs = others.some((each) => each.trim() === ours);
  const evidence = shown.flatMap(({ source }) =>
    targets.map((value) => ({ name: place.name, type: 'CNAME', value, server: source.server })),
  );
  return { code: 'cname_beside_record', facts: { targets, found: excerptsOf(others), isOurs }, evidence };
}

const MAX_PATH = 4;

/** The name is a CNAME, and whoever holds the name behind it did not answer: that is not the customer's own zone. */
export function findSilentAlias(view: RecordView): Explanation | null {
  const target = view.result.aliases.at(-1);
  const silence = view.judgement.observations.find((each) => each.code === 'no_nameserver_answered');
  if (target === undefined || silence === undefined) return null;
  return {
    code: 'referenced_name_unanswered',
    facts: { what: 'target', target, ...silence.facts },
    evidence: listAliasEvidence(view),
  };
}

/** The orange cloud: Cloudflare answers with addresses of its own, whatever the record was. */
export function findProxy({ place, result }: RecordView, probe: Probe): Explanation | null {
  // A name that does not exist has no addresses.
  if (result.aliases.length > 0 || !listUsable(result).some((a) => a.outcome === 'absent' && a.reason === 'nodata')) {
    return null;
  }
  const found = probe.ask(place.name, 'A');
  const addresses = listAddresses(found);
  if (!found || addresses.length === 0 || !addresses.every(isCloudflareProxy)) return null;
  // A proxied `*` record answers at every name, so it says nothing about this one; unasked, it could be that.
  const neighbor = probe.ask(nameNeighbor(place.name), 'A');
  if (neighbor === null || listAddresses(neighbor).some(isCloudflareProxy)) return null;
  // Where another record stands at the name there is no CNAME behind the cloud, and nothing in the way.
  const other = probe.ask(place.name, place.type === 'MX' ? 'TXT' : 'MX');
  if (other === null || firstAnswer(other).outcome === 'found') return null;
  return { code: 'cname_proxied', facts: {}, evidence: evidenceOf(found) };
}

function listAddresses(found: LookupResult | null): string[] {
  return found ? (recordsOfType(firstAnswer(found), 'A') ?? []).map(({ address }) => address) : [];
}
