/*
 * What a domain name is, and what is wrong with one. `parseDomainName` takes what somebody typed: it finds the
 * host in a pasted address (`pasted-host.ts`), maps it to ASCII (`ascii-name.ts`), and refuses addresses, public
 * suffixes, reserved TLDs and bad labels with a message that says what was meant. The rest of the service only
 * sees the branded `DomainName`. Nothing here asks DNS.
 */

import { validationError } from '../errors.ts';
import type { DomainName } from '../ids.ts';
import { measureAsciiLength, toAsciiName, toUnicodeName } from './ascii-name.ts';
import { isIpAddressText, isNumericLabel } from './ip-address-text.ts';
import { describeLabelFault } from './label-faults.ts';
import { findPastedHost } from './pasted-host.ts';
import { isRegistrySuffix } from './public-suffix.ts';
import { formatCodePoint, quoteName } from './quote-name.ts';
import { dropTypedSymbols, findTypedSymbol, findUnregistrableCharacter } from './registrable-characters.ts';
import { findTldReservation } from './reserved-tlds.ts';
import { findUnicodeName } from './unicode-name.ts';

/** The longest name, in characters without the final dot: 255 octets on the wire (RFC 1035 §2.3.4). */
const MAX_NAME_OCTETS = 253;

/** The longest text in which a pasted URL is still told from a name; anything longer is only measured. */
const MAX_TEXT_UNITS = 2048;

/**
 * The longest text that UTS #46 sees, whose work grows with the square of a hostile text: 253 characters of two UTF-16
 * units. Only a name padded with characters that UTS #46 drops could be longer and valid.
 */
const MAX_NAME_UNITS = 2 * MAX_NAME_OCTETS;

/** The full stop and what UTS #46 maps to it, at the end. */
const FINAL_DOT = /[.\u3002\uff0e\uff61]$/;

/** What people leave around a name when they copy it: spaces, quotes, brackets, commas, a wildcard. */
const LEADING_CLUTTER = /^(?:[\s"'`·“”‘’<>()[\],;]|\*?\.)+/u;
const TRAILING_CLUTTER = /[\s"'`·“”‘’<>()[\],;]$/u;

/** What the installation allows, and what will be made from the name. */
export interface DomainNameOptions {
  /** Whether names under reserved top-level domains (`.test`, `.internal`) are accepted. */
  readonly allowReservedTlds: boolean;
  /** What is put before the name for its records, such as `autosend._domainkey`: each such name must fit 253 characters. */
  readonly derivedLabels?: readonly string[];
}

type Verdict = { readonly name: DomainName } | { readonly fault: string };

/**
 * Parses what a person would put after the @ into lower-case A-labels without final dot (UTS #46 non-transitional; RFC
 * 1035 §2.3.4 lengths). Accepts any case, one final dot and Unicode; whatever else is around or wrong with the name is
 * said, with a suggestion where one is clear and would itself be accepted.
 * @param input anything: it comes from outside
 * @throws AppError VALIDATION_FAILED for the field `domain`
 */
export function parseDomainName(input: unknown, options: DomainNameOptions): DomainName {
  if (typeof input !== 'string') throw validationError('domain', describeType(input));
  const reading = readDomainName(input, options);
  if ('name' in reading) return reading.name;
  const { fault, suggestion } = reading;
  throw validationError('domain', suggestion === null ? fault : `${fault} Did you mean ${suggestion}?`);
}

/**
 * Reads a text as `parseDomainName` does, for somebody who is still typing: the name, or what is wrong in one sentence and
 * the name that was probably meant, which would itself be accepted; null where none is clear.
 */
export function readDomainName(
  text: string,
  options: DomainNameOptions,
): { readonly name: DomainName } | { readonly fault: string; readonly suggestion: string | null } {
  const verdict = judgeText(text, options);
  return 'name' in verdict ? verdict : { ...verdict, suggestion: findSuggestion(text, options) };
}

function judgeText(text: string, options: DomainNameOptions): Verdict {
  if (text === '') return { fault: 'The domain is empty. Enter a name such as example.com.' };
  if (text.length > MAX_TEXT_UNITS) return { fault: describeLength(text.length) };
  if (text.trim() === '') return { fault: 'The domain is blank. Enter a name such as example.com.' };

  const trimmed = text.trim();
  const pasted = findPastedHost(trimmed);
  const host = pasted?.host ?? trimmed;
  if (isIpAddressText(host)) return { fault: describeAddress(host) };
  if (pasted) {
    return { fault: `${quoteName(text)} contains ${listFound(pasted.parts)}. Enter only the domain.` };
  }
  if (trimmed !== text) return { fault: `${quoteName(text)} has spaces around the domain.` };

  const bare = text.replace(FINAL_DOT, '');
  if (bare.length > MAX_NAME_UNITS) return { fault: describeLength([...bare].length) };
  const typed = findTypedSymbol(bare);
  if (typed !== null) return { fault: describeCharacter(typed) };
  const name = toAsciiName(bare);
  if (name === null) return { fault: describeFault(bare) };
  const unregistrable = findUnregistrableCharacter(toUnicodeName(name));
  if (unregistrable !== null) return { fault: describeCharacter(findTyped(unregistrable, bare)) };
  const fault = judgeName(name, options);
  return fault === null ? { name: name as DomainName } : { fault };
}

/** Judges a valid DNS name: could it be someone's domain? Null if so. */
function judgeName(name: string, options: DomainNameOptions): string | null {
  const labels = name.split('.');
  const last = labels[labels.length - 1] ?? '';
  if (isIpAddressText(name)) return describeAddress(name);
  if (labels.length === 1) {
    return `${quoteName(name)} isn't a complete domain. Try something like example.com.`;
  }
  if (isNumericLabel(last)) return `${quoteName(last)} is a number, not a top-level domain.`;
  const reservation = options.allowReservedTlds ? null : findTldReservation(name);
  if (reservation) {
    return `${quoteName(`.${reservation.tld}`)} is a reserved top-level domain (${reservation.reservedBy}). Enter a domain you own, such as example.com.`;
  }
  if (isRegistrySuffix(name)) {
    return `${quoteName(name)} is a public suffix. Enter your own domain, such as example.${name}.`;
  }
  return judgeDerivedLength(name, options.derivedLabels ?? []);
}

function judgeDerivedLength(name: string, derivedLabels: readonly string[]): string | null {
  const longest = derivedLabels.reduce((a, b) => (b.length > a.length ? b : a), '');
  const room = MAX_NAME_OCTETS - (longest === '' ? 0 : longest.length + 1);
  if (name.length <= room) return null;
  return `The domain is ${name.length} characters long. With ${longest} in front of it, that exceeds the limit of ${MAX_NAME_OCTETS} characters. The longest domain that works has ${room} characters.`;
}

/** Says why a text is no DNS name. */
function describeFault(text: string): string {
  if (text === '') return 'The domain is only a dot. Enter a name such as example.com.';
  const octets = measureAsciiLength(text);
  if (octets !== null && octets > MAX_NAME_OCTETS) return describeLength(octets);
  return (
    describeLabelFault(text) ?? `${quoteName(text)} breaks the rules for names that mix writing directions (RFC 5893).`
  );
}

function describeLength(length: number): string {
  return `The domain is ${length} characters long. The limit is ${MAX_NAME_OCTETS}.`;
}

/** A mark that combines would sit on the quotation mark before it. */
function describeCharacter(character: string): string {
  if (/[\p{C}\p{M}]/u.test(character)) return `Domains can't contain the character ${formatCodePoint(character)}.`;
  return `Domains can't contain ${quoteName(character)} (${formatCodePoint(character)}).`;
}

/** The character that was typed for one of a mapped name: `½` is mapped to `1⁄2`. */
function findTyped(mapped: string, text: string): string {
  return [...text].find((character) => character.normalize('NFKC').toLowerCase().includes(mapped)) ?? mapped;
}

function describeAddress(text: string): string {
  return `${quoteName(text)} is an IP address. Enter a domain name such as example.com.`;
}

function describeType(input: unknown): string {
  if (input === undefined) return 'The domain is missing. Enter a name such as example.com.';
  const type = typeof input === 'object' ? 'an object' : `a ${typeof input}`;
  const found = input === null ? 'null' : Array.isArray(input) ? 'an array' : type;
  return `The domain must be a string, not ${found}.`;
}

/** Finds what was probably meant: the host of a pasted text, else what is left without clutter around it. */
function findSuggestion(text: string, options: DomainNameOptions): string | null {
  if (text.length > MAX_TEXT_UNITS) return null;
  for (const candidate of listCandidates(text)) {
    const bare = replaceComma(stripClutter(dropTypedSymbols(stripClutter(candidate))));
    const host = findPastedHost(bare)?.host ?? bare;
    // Someone pasted the name of a record: the domain stands behind its last underscore label.
    const domain = /(?:^|\.)_[^.]*\.([^_]+)$/.exec(host)?.[1] ?? host;
    const verdict = judgeText(domain, options);
    if ('name' in verdict) return findUnicodeName(verdict.name) ?? verdict.name;
  }
  return null;
}

/** A name in a line of a zone file, or behind what a form or a certificate calls it. */
const IN_LINE = /^(?:\$origin\s+|[a-z]+:\s*)?(\S+)(?:\s+(?:in|a|aaaa|cname|mx|ns|soa|txt|\d+))*$/i;

/** The text as it is; then with the slips taken back that leave no doubt about what was meant. */
function listCandidates(text: string): string[] {
  const plain = text.trim().replace(/%20|%2e/gi, (code) => (code === '%20' ? ' ' : '.'));
  const slips = [
    plain.replace(/^https?\/\//i, ''),
    plain.replace(/\s*\.[\s.]*/g, '.').replace(/\.$/, ''),
    IN_LINE.exec(plain)?.[1] ?? text,
    /^[^\s.]+\s+(?:com|net|org)$/i.test(plain) ? plain.replace(/\s+/, '.') : text,
  ];
  return [...new Set([text, ...slips])];
}

/** A comma right before a top-level domain was meant to be the dot: the keys are neighbors. */
function replaceComma(text: string): string {
  const tld = /^[^,]+[^,.\s],([^,.\s]+)$/u.exec(text)?.[1];
  return tld !== undefined && isRegistrySuffix(tld.toLowerCase()) ? text.replace(',', '.') : text;
}

function stripClutter(text: string): string {
  let stripped = text.replace(LEADING_CLUTTER, '');
  while (TRAILING_CLUTTER.test(stripped)) stripped = stripped.slice(0, -1);
  return stripped;
}

function listFound(parts: readonly string[]): string {
  if (parts.length === 1) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.slice(-1).join('')}`;
}
