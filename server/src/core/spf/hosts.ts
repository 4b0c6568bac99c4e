import { excerptOf } from '../answers/quote-found.ts';
import {
  type AddressRanges,
  allAddresses,
  type IpVersion,
  joinRanges,
  parseAddress,
  rangeOfNetwork,
} from './address-ranges.ts';
import { isAskableName } from './macro.ts';
import type { SpfMechanism } from './record.ts';
import { askFor, MAX_MX, noteProblem, noteVoid, type Walk } from './walk.ts';

/** For all hosts of `mx` of an evaluation together: two times what one `mx` may have. */
const MAX_HOST_QUESTIONS = 20;
/** Networks up to this size are too small to hold more than their owners: their hosts need not be known. */
const NARROW_PREFIX = { 4: 16, 6: 32 } as const satisfies Record<IpVersion, number>;

/** `a`, `mx` or `exists`, with the name that it looks up. */
export interface HostTerm {
  readonly term: SpfMechanism;
  readonly name: string;
  readonly isConstant: boolean;
  readonly path: string;
  /** The term of the first record that led there. */
  readonly root: string;
  readonly isForOwn: boolean;
}

/** Lists the addresses that `a`, `mx` or `exists` matches (RFC 7208 §5.3, §5.4, §5.7), and notes what it does not find. */
export function findHosts(walk: Walk, host: HostTerm): AddressRanges {
  const { term, name } = host;
  if (term.name === 'mx') return findMailHosts(walk, host);
  // exists looks up A, whoever sends.
  const found = askFor(walk, name, term.name === 'exists' || walk.version === 4 ? 'A' : 'AAAA');
  if (found === 'none') noteVoid(walk, { ...host, term: term.text });
  if (!Array.isArray(found)) return [];
  return term.name === 'exists' ? allAddresses(walk.version) : listNetworks(walk.version, term, found);
}

function findMailHosts(walk: Walk, host: HostTerm): AddressRanges {
  const { term, name, isForOwn } = host;
  const exchanges = askFor(walk, name, 'MX');
  if (exchanges === 'none') noteVoid(walk, { ...host, term: term.text });
  if (!Array.isArray(exchanges)) return [];
  if (exchanges.length > MAX_MX)
    noteProblem(
      walk,
      {
        kind: 'limit',
        limit: { what: 'mail_servers', limit: MAX_MX, term: excerptOf(term.text), count: exchanges.length },
      },
      host.root,
    );
  const prefix = walk.version === 4 ? term.prefix4 : term.prefix6;
  if (exchanges.length > MAX_MX || (!isForOwn && prefix >= NARROW_PREFIX[walk.version])) return [];
  return joinRanges(
    exchanges.flatMap((exchange) => {
      if (!isAskableName(exchange) || walk.hostQuestions >= MAX_HOST_QUESTIONS) return [];
      walk.hostQuestions++;
      const found = askFor(walk, exchange, walk.version === 4 ? 'A' : 'AAAA');
      if (found === 'none') noteVoid(walk, { ...host, term: term.text, isConstant: false });
      return Array.isArray(found) ? listNetworks(walk.version, term, found) : [];
    }),
  );
}

function listNetworks(version: IpVersion, term: SpfMechanism, addresses: readonly string[]): AddressRanges {
  const prefix = version === 4 ? term.prefix4 : term.prefix6;
  return joinRanges(addresses.map((address) => rangeOfNetwork(version, parseAddress(version, address), prefix)));
}
