import { type DnsRecord, firstAnswer, type LookupResult, recordsOfType } from '../answers/dns-answer.ts';
import { findCause } from '../answers/failure.ts';
import { formatRecordData } from '../answers/presentation.ts';
import { excerptsOf } from '../answers/quote-found.ts';
import { RULES } from '../check/rules.ts';
import { isCloudflareProxy } from '../panels/cloudflare-proxy.ts';
import { hasOurMechanism } from './likeness.ts';
import type { RecordPlace } from './place.ts';
import type { Probe } from './probe.ts';
import {
  type Explanation,
  evidenceOf,
  findAlias,
  listAliasEvidence,
  listTexts,
  listUsable,
  type RecordView,
} from './view.ts';
import { nameNeighbor } from './wildcard.ts';

/** A name with a CNAME can hold nothing else (RFC 1034 §3.6.2): what is behind it decides, and it is not ours. */
export function findCnameInTheWay(view: RecordView): Explanation | null {
  const alias = findAlias(view);
  if (alias === null) return null;
  const { result } = view;
  const evidence = listAliasEvidence(view);
  const usable = listUsable(result);
  const isDangling = usable.length > 0 && usable.every((a) => a.outcome === 'absent' && a.reason === 'nxdomain');
  if (!isDangling) {
    const behind = listShown(view);
    const found = behind.length > 0 && { found: excerptsOf(behind) };
    return { code: 'cname_in_the_way', facts: { target: alias, ...found }, evidence };
  }
  const target = result.aliases.at(-1) ?? alias;
  return { code: 'cname_dangling', facts: { target, isDirect: result.aliases.length === 1 }, evidence };
}

/** What records of the right type the servers show, in words. */
function listShown({ place, result }: RecordView): readonly string[] {
  if (place.type !== 'MX') return listTexts(result);
  return [...new Set(listUsable(result).flatMap((a) => (recordsOfType(a, 'MX') ?? []).map(formatRecordData)))];
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
export function findCnameBeside(view: RecordView, domain: string): Explanation | null {
  const { place, result } = view;
  const shown = result.answers.flatMap((answer) =>
    answer.outcome === 'failed' && answer.kind === 'cname_beside_others' && answer.step.at === 'record' ? [answer] : [],
  );
  if (shown.length === 0 || result.aliases.length > 0) return null;
  const others = [...new Set(shown.flatMap((answer) => answer.others))];
  const targets = [...new Set(shown.flatMap((answer) => answer.targets))].slice(0, MAX_PATH);
  const right = listRight(view, domain, others);
  const wrong = others.filter((each) => !right.includes(each));
  const evidence = shown.flatMap(({ source }) =>
    targets.map((value) => ({ name: place.name, type: 'CNAME', value, server: source.server })),
  );
  const facts = { targets, found: excerptsOf(others), isOurs: right.length > 0 };
  const rest = right.length > 0 && wrong.length > 0 && { others: excerptsOf(wrong) };
  return { code: 'cname_beside_record', facts: { ...facts, ...rest }, evidence };
}

/** Those that may stay once the CNAME is gone: all of them where the record's own rule takes them together, else each that it takes alone. */
function listRight({ place, result }: RecordView, domain: string, texts: readonly string[]): readonly string[] {
  const isRight = (some: readonly string[]) => {
    if (some.length === 0 || place.type === 'CNAME') return false;
    const records = some.map((text) => readShown(place, text));
    const answer = { outcome: 'found', records, ttlSeconds: 0, source: NOBODY } as const;
    const step = RULES[place.kind]({ domain, name: place.name, value: place.value, answer, lookups: new Map() });
    if (step.done) return step.value?.status === 'verified';
    // What it leads on to, nobody has asked for: an SPF record is the one to keep if it allows us itself.
    return place.kind === 'mail_from_spf' && hasOurMechanism(place, { ...result, answers: [answer] });
  };
  return isRight(texts) ? texts : texts.filter((each) => isRight([each]));
}

const NOBODY = { server: '', address: '', via: 'authoritative', rttMs: 0 } as const;

/** Reads the data of a record as it was told. */
function readShown({ type }: RecordPlace, text: string): DnsRecord {
  const [preference = '', exchange = ''] = text.split(' ');
  return type === 'MX' ? { type, preference: Number(preference), exchange } : { type: 'TXT', strings: [text] };
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
