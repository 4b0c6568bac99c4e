import { splitTxtValue } from '../records/records.ts';
import type { FindingCode } from './catalogue.ts';
import type { RecordPlace } from './place.ts';

const LONGEST_SHOWN = 120;
const SHOWN_START = 40;

/** What the fix of a finding depends on, beside its code. */
export interface FixInput {
  readonly place: RecordPlace;
  readonly suggestion?: string | undefined;
  /** The servers that differ, are silent or are not responsible. */
  readonly servers?: readonly string[];
}

/** Says what to type into the panel for a record that is not there. */
export function formatAddRecord(place: RecordPlace): string {
  const where = place.provider ? ` at ${place.provider.name}` : '';
  const what =
    place.type === 'MX'
      ? `, the mail server \`${place.value}\` and the priority ${place.priority}`
      : ` and the value ${describeValue(place.value)}`;
  return `Add ${place.type === 'MX' ? 'an' : 'a'} ${place.type} record${where} with the name \`${place.host}\`${what}.`;
}

/** A value in a sentence: whole where it is short, else how it begins and how long it is. */
export function describeValue(value: string): string {
  if (value.length <= LONGEST_SHOWN) return `\`${value}\``;
  return `that begins with \`${value.slice(0, SHOWN_START)}\` (copy all ${value.length} characters of it)`;
}

const COUNTS = ['no', 'one', 'two', 'three', 'four'];

/** The other way to write a value that is longer than one character-string. */
function describeParts(value: string, panel: string): string {
  const { length } = splitTxtValue(value);
  return length < 2 ? '' : ` If ${panel} refuses it, use the version in ${COUNTS[length] ?? length} quoted parts.`;
}

/** Says the one thing to do about a finding, as an instruction for the panel that the customer has open. */
export function buildFix(code: FindingCode, input: FixInput): string {
  const { place, suggestion, servers = [] } = input;
  const panel = place.provider?.name ?? 'your DNS panel';
  const replace =
    suggestion === undefined ? replaceValue(place) : `Publish this one record instead: \`${suggestion}\`.`;
  switch (code) {
    case 'record_missing':
      return formatAddRecord(place);
    case 'published_at_doubled_name':
    case 'published_at_apex':
    case 'published_without_subdomain':
    case 'published_at_other_name':
      return `Change the name of that record to \`${place.host}\`.`;
    case 'published_as_other_type':
      return `Delete that record. ${formatAddRecord(place)}`;
    case 'value_mismatch':
    case 'value_of_other_record':
    case 'key_of_other_domain':
    case 'mx_target_has_zone_appended':
    case 'dkim_weak_key':
      return replace;
    case 'key_replaced':
      return `Put our key back. ${replace} If another service sends with the new key, it needs a selector of its own.`;
    case 'value_truncated':
      return place.kind === 'dkim'
        ? `Delete it and paste the whole value, ${place.value.length} characters.${describeParts(place.value, panel)}`
        : `Delete it and paste the whole value: ${describeValue(place.value)}.`;
    case 'value_quoted':
      return `Edit the value and take out the quotation marks${place.kind === 'dkim' ? ', and backslashes if there are any' : ''}. ${panelName(place)} adds what it needs by itself.`;
    case 'value_has_spaces':
      return 'Edit the value and take out the spaces around it.';
    case 'multiple_records':
      return `Keep the one with the value ${describeValue(place.value)} and delete the others.`;
    case 'cname_in_the_way':
    case 'cname_dangling':
    case 'cname_loop':
    case 'cname_chain_too_long':
      return `Delete the CNAME record \`${place.host}\`. ${formatAddRecord(place)}`;
    case 'cname_proxied':
      return `Delete the record \`${place.host}\` with the orange cloud. ${formatAddRecord(place)}`;
    case 'wildcard_answer':
      return `${formatAddRecord(place)} A record of its own comes before the wildcard; that one can stay.`;
    case 'mx_extra':
      return `Keep the MX record with \`${place.value}\` and priority ${place.priority}, and delete the others of \`${place.host}\`.`;
    case 'mx_null':
      return `Delete the MX record with the single dot. ${formatAddRecord(place)}`;
    case 'mx_priority_differs':
    case 'dmarc_at_parent':
    case 'negative_cache':
    case 'no_nameserver_answered':
    case 'resolver_unanswered':
      return 'No action.';
    case 'spf_multiple':
      return suggestion === undefined
        ? `Delete all but one, and keep in it what is needed of the others.`
        : `Delete them all. ${replace}`;
    case 'spf_syntax':
    case 'spf_mechanism_missing':
    case 'spf_mechanism_after_all':
    case 'spf_allows_everyone':
      return replace;
    case 'spf_too_many_lookups':
      return suggestion === undefined || suggestion === place.value
        ? `Take out includes that you no longer need. For us alone this record is enough: \`${place.value}\`.`
        : `Take out includes that you no longer need. At \`${place.host}\` only what sends through us has to be allowed: \`${place.value}\` is enough.`;
    case 'dkim_testing_flag':
      return 'Take `t=y` out of the value, or paste ours again.';
    case 'dkim_revoked':
      return `Put the key back. ${replaceValue(place)}`;
    case 'dkim_service_excluded':
    case 'dkim_hash_excluded':
      return `Take ${code === 'dkim_hash_excluded' ? '`h=`' : '`s=`'} out of the value, or paste ours again.`;
    case 'dmarc_invalid':
      return `Correct the policy, or replace it: ${describeValue(suggestion ?? place.value)}.`;
    case 'dmarc_multiple':
      return 'Keep the one that you want receivers to follow, and delete the others.';
    case 'dmarc_no_reporting':
      return 'Nothing has to be done. If you want to see who sends in your name, add `rua=mailto:` and an address of yours.';
    case 'dmarc_external_reports_not_authorised':
      return suggestion === undefined
        ? 'Ask whoever receives the reports to publish the record, or take their address out of `rua=`.'
        : `Ask whoever receives the reports to publish \`${suggestion}\`, or take their address out of \`rua=\`.`;
    case 'referenced_name_unanswered':
      if (place.kind === 'dmarc')
        return 'No action; we ask again. If it stays so, a DMARC record of its own settles it.';
      return place.kind === 'mail_from_spf'
        ? 'No action; we ask again. If it stays so, check the names that the record leads to (`include:`, `redirect=`).'
        : `No action; we ask again. If it stays so, check where the CNAME \`${place.host}\` leads.`;
    case 'nameservers_disagree':
      return `Usually this settles within minutes. If it does not, ask ${place.provider?.name ?? 'your DNS provider'} about ${formatServers(servers)}.`;
    case 'nameserver_lame':
      return `Take ${formatServers(servers)} out of the name servers of \`${place.zoneName}\` at your registrar, or have the domain set up on it.`;
    case 'nameserver_unreachable':
      return `No action for your records. If it stays so, ask ${place.provider?.name ?? 'your DNS provider'} about ${formatServers(servers)}.`;
    case 'domain_not_registered':
      return `Check the spelling. If it is right, register \`${place.zoneName}\` or renew it; if it is yours already, enter the name servers of your DNS provider at your registrar.`;
    case 'delegation_missing':
      return `Enter the name servers of your DNS provider for \`${place.zoneName}\` at your registrar.`;
    case 'zone_expired':
      return `Ask ${place.provider?.name ?? 'your DNS provider'} what became of your records on ${formatServers(servers)}.`;
    case 'dnssec_bogus':
      return `Sign the zone \`${place.zoneName}\` anew at ${panel}, or have the DS record taken out at your registrar.`;
    case 'conflict_before_publishing':
      return suggestion === undefined
        ? `Delete what is there before you add our record, if nothing needs it.`
        : `Do not add a second record. ${replace}`;
  }
}

function replaceValue(place: RecordPlace): string {
  if (place.type === 'MX') return `Change the mail server to \`${place.value}\` (priority ${place.priority}).`;
  return `Replace the value with ${place.value.length <= LONGEST_SHOWN ? `\`${place.value}\`` : `the one that begins with \`${place.value.slice(0, SHOWN_START)}\`: copy all ${place.value.length} characters of it`}.`;
}

function panelName({ provider }: RecordPlace): string {
  return provider?.name ?? 'Your DNS panel';
}

function formatServers(servers: readonly string[]): string {
  const [first] = servers;
  if (first === undefined) return 'it';
  return servers.length > 1
    ? servers
        .slice(0, 4)
        .map((name) => `\`${name}\``)
        .join(', ')
    : `\`${first}\``;
}
