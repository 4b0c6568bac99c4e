import type { Lookups, Question } from '../answers/dns-answer.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { Step } from '../judgement/judgement.ts';
import type { SpfLimit, SpfProblem, SpfTargetProblem } from '../judgement/problems.ts';
import { isIp4Address } from '../names/ip-address.ts';
import { type IpVersion, parseAddress, rangeOfNetwork } from './address-ranges.ts';
import { expandDomainSpec, isAskableName } from './macro.ts';
import { parseOnce } from './parsed-records.ts';
import { isSpfRecord, type SpfMechanism, type SpfQualifier, type SpfTerm } from './record.ts';
import type { MacroSender } from './sender.ts';
import { askFor, MAX_LOOKUPS, MAX_MX, MAX_VOID_LOOKUPS } from './walk.ts';

/** The results of `check_host()` (RFC 7208 §2.6). */
export type SpfResult = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

/** What a receiver makes of one sender, and why: the term that matched, what is wrong, or the name that did not answer. */
export interface HostResult {
  readonly result: SpfResult;
  readonly because:
    | { readonly what: 'term'; readonly term: string; readonly domain: string }
    | { readonly what: 'no_match' | 'no_record' | 'several_records'; readonly domain: string }
    | { readonly what: 'problem'; readonly problem: SpfProblem }
    | { readonly what: 'limit'; readonly limit: SpfLimit }
    | { readonly what: 'unanswered'; readonly name: string };
}

/** The arguments of `check_host()` (RFC 7208 §4.1). */
export interface CheckHostInput {
  /** An IPv4 or IPv6 address in text. */
  readonly ip: string;
  /** The name behind the @ of MAIL FROM, lower case. */
  readonly domain: string;
  readonly localPart: string;
  readonly helo: string;
  /** The look-ups made so far. */
  readonly lookups: Lookups;
}

interface Host extends CheckHostInput {
  readonly sender: MacroSender;
  readonly address: bigint;
  readonly ask: Map<string, Question>;
  readonly voids: string[];
  lookupCount: number;
}

type Ended = HostResult | 'pending';

const RESULTS: Readonly<Record<SpfQualifier, SpfResult>> = {
  '+': 'pass',
  '-': 'fail',
  '~': 'softfail',
  '?': 'neutral',
};
const DIGITS_OF_IP6 = 32;

/**
 * Evaluates SPF for one sender, as receivers do (RFC 7208 §4.6, sans-I/O), by the grammar and the limits that `checkSpf` judges
 * a record by. `ptr` matches nothing: it "SHOULD NOT be published" (§5.5), and we ask for no PTR records.
 * @returns the names to ask next, or the result
 */
export function checkHost(input: CheckHostInput): Step<HostResult> {
  const { version, address } = readSender(input.ip);
  const text = version === 4 ? formatIp4(address) : [...address.toString(16).padStart(DIGITS_OF_IP6, '0')].join('.');
  const sender = { version, address: text, localPart: input.localPart || 'postmaster', helo: input.helo };
  const host: Host = { ...input, sender, address, ask: new Map(), voids: [], lookupCount: 0 };
  const ended = checkName(host, input.domain);
  return ended === 'pending' ? { done: false, ask: [...host.ask.values()] } : { done: true, value: ended };
}

/** An IPv4 address written as an IPv6 one (RFC 4291 §2.5.5.2) is an IPv4 sender (RFC 7208 §5). */
function readSender(ip: string): { version: IpVersion; address: bigint } {
  if (isIp4Address(ip)) return { version: 4, address: parseAddress(4, ip) };
  const address = parseAddress(6, ip);
  return address >> 32n === 0xffffn ? { version: 4, address: address & 0xffff_ffffn } : { version: 6, address };
}

function formatIp4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((bits) => (address >> bits) & 0xffn).join('.');
}

/** The record of a name. */
function checkName(host: Host, domain: string): Ended {
  const none = (what: 'no_record' | 'several_records'): HostResult => ({
    result: what === 'no_record' ? 'none' : 'permerror',
    because: { what, domain },
  });
  if (!isAskableName(domain) || !domain.includes('.')) return none('no_record');
  const found = askFor(host, domain, 'TXT');
  if (found === 'pending') return 'pending';
  if (found === 'failed') return unanswered(domain);
  const records = found === 'none' ? [] : found.filter(isSpfRecord);
  const [record] = records;
  if (record === undefined) return none('no_record');
  if (records.length > 1) return none('several_records');
  const parsed = parseOnce(host.lookups, record);
  return parsed.ok ? checkTerms(host, domain, parsed.terms) : permerror(parsed.problem);
}

function checkTerms(host: Host, domain: string, terms: readonly SpfTerm[]): Ended {
  const mechanisms = terms.filter((term) => term.kind === 'mechanism');
  for (const term of mechanisms) {
    const matched = matches(host, domain, term);
    if (typeof matched !== 'boolean') return matched;
    if (matched) return { result: RESULTS[term.qualifier], because: { what: 'term', term: term.text, domain } };
  }
  const redirect = terms.find((term) => term.kind === 'modifier' && term.name === 'redirect');
  // Beside an all, which always matches, redirect has no effect (RFC 7208 §6.1).
  if (redirect?.kind !== 'modifier') return { result: 'neutral', because: { what: 'no_match', domain } };
  const over = count(host, redirect, domain);
  if (over) return over;
  const name = expand(host, domain, redirect.value);
  const ended = checkName(host, name);
  return ended === 'pending' ? ended : withoutRecord(ended, redirect.text, name);
}

function matches(host: Host, domain: string, term: SpfMechanism): boolean | Ended {
  switch (term.name) {
    case 'all':
      return true;
    case 'ip4':
    case 'ip6':
      return isInNetwork(host, term, term.address ?? '', term.name === 'ip4' ? 4 : 6);
    default: {
      const over = count(host, term, domain);
      return over ?? matchesLookup(host, domain, term);
    }
  }
}

function matchesLookup(host: Host, domain: string, term: SpfMechanism): boolean | Ended {
  if (term.name === 'ptr') return false;
  const name = term.domainSpec === null ? domain : expand(host, domain, term.domainSpec);
  if (term.name === 'include') return matchesInclude(host, name, term);
  if (!isAskableName(name)) return false;
  if (term.name === 'mx') return matchesMailHosts(host, name, term);
  const type = term.name === 'exists' || host.sender.version === 4 ? 'A' : 'AAAA';
  const found = findAddresses(host, name, type, term);
  if (!Array.isArray(found)) return found;
  return term.name === 'exists'
    ? found.length > 0
    : found.some((address) => isInNetwork(host, term, address, host.sender.version));
}

/** An include matches where the record behind it says pass; one that is not there stops the evaluation (RFC 7208 §5.2). */
function matchesInclude(host: Host, name: string, term: SpfMechanism): boolean | Ended {
  const ended = checkName(host, name);
  if (ended === 'pending') return ended;
  const { result } = ended;
  if (result === 'pass') return true;
  return result === 'fail' || result === 'softfail' || result === 'neutral'
    ? false
    : withoutRecord(ended, term.text, name);
}

function matchesMailHosts(host: Host, name: string, term: SpfMechanism): boolean | Ended {
  const exchanges = findAddresses(host, name, 'MX', term);
  if (!Array.isArray(exchanges)) return exchanges;
  if (exchanges.length > MAX_MX)
    return limit({ what: 'mail_servers', limit: MAX_MX, term: excerptOf(term.text), count: exchanges.length });
  for (const exchange of exchanges) {
    if (!isAskableName(exchange)) continue;
    const found = findAddresses(host, exchange, host.sender.version === 4 ? 'A' : 'AAAA', term);
    if (!Array.isArray(found)) return found;
    if (found.some((address) => isInNetwork(host, term, address, host.sender.version))) return true;
  }
  return false;
}

function findAddresses(host: Host, name: string, type: 'A' | 'AAAA' | 'MX', term: SpfMechanism): string[] | Ended {
  const found = askFor(host, name, type);
  if (found === 'pending') return 'pending';
  if (found === 'failed') return unanswered(name);
  if (found !== 'none') return [...found];
  host.voids.push(term.text);
  if (host.voids.length <= MAX_VOID_LOOKUPS) return [];
  return limit({ what: 'void_lookups', limit: MAX_VOID_LOOKUPS, terms: excerptsOf(host.voids) });
}

function isInNetwork(host: Host, term: SpfMechanism, address: string, version: IpVersion): boolean {
  if (version !== host.sender.version) return false;
  const prefix = version === 4 ? term.prefix4 : term.prefix6;
  const { first, last } = rangeOfNetwork(version, parseAddress(version, address), prefix);
  return first <= host.address && host.address <= last;
}

/** A record that `include` or `redirect` leads to and that is not there is a permerror (RFC 7208 §5.2, §6.1). */
function withoutRecord(ended: HostResult, term: string, name: string): HostResult {
  const target = (problem: SpfTargetProblem): HostResult =>
    permerror({ what: 'target', term: excerptOf(term), problem });
  if (ended.result === 'none')
    return target(isAskableName(name) ? { what: 'no_record', name: excerptOf(name) } : { what: 'impossible_name' });
  return ended;
}

function count(host: Host, term: SpfTerm, domain: string): HostResult | null {
  host.lookupCount++;
  if (host.lookupCount <= MAX_LOOKUPS) return null;
  return limit({ what: 'lookups', limit: MAX_LOOKUPS, term: excerptOf(term.text), domain: excerptOf(domain) });
}

function expand(host: Host, domain: string, spec: string): string {
  return expandDomainSpec(spec, { domain, senderDomain: host.domain, sender: host.sender }) ?? '';
}

function permerror(problem: SpfProblem): HostResult {
  return { result: 'permerror', because: { what: 'problem', problem } };
}

function limit(passed: SpfLimit): HostResult {
  return { result: 'permerror', because: { what: 'limit', limit: passed } };
}

function unanswered(name: string): HostResult {
  return { result: 'temperror', because: { what: 'unanswered', name } };
}
