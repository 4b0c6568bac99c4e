import { firstAnswer } from '../answers/dns-answer.ts';
import { findReportHost, isDmarcRecord, parseDmarcRecord } from '../dmarc/record.ts';
import { findRegistrableDomain } from '../names/public-suffix.ts';
import type { Probe } from './probe.ts';
import { type Explanation, evidenceOf, listTexts, type RecordView, textsOf } from './view.ts';

/** More destinations than these are not checked; receivers need not serve more than two (RFC 9989 §4.7, `rua`). */
const MAX_DESTINATIONS = 2;

/**
 * Finds report addresses at other organizations that have not said that they take reports about this domain (RFC 9990,
 * "Verifying External Destinations"): receivers then send none there.
 *
 *     rua=mailto:reports@example.net at _dmarc.example.com  →  TXT example.com._report._dmarc.example.net  v=DMARC1
 */
export function findUnauthorizedReports(view: RecordView, domain: string, probe: Probe): Explanation[] {
  const [policy, second] = listTexts(view.result).filter(isDmarcRecord);
  const parsed = policy === undefined || second !== undefined ? null : parseDmarcRecord(policy);
  if (!parsed?.ok) return [];
  const hosts = parsed.record.aggregateReportUris.flatMap((uri) => findReportHost(uri) ?? []);
  const external = [...new Set(hosts)].filter((host) => findRegistrableDomain(host) !== findRegistrableDomain(domain));
  return external.slice(0, MAX_DESTINATIONS).flatMap((host): Explanation[] => {
    const name = `${domain}._report._dmarc.${host}`;
    const found = probe.ask(name, 'TXT');
    if (!found || firstAnswer(found).outcome === 'failed' || textsOf(found).some(isDmarcRecord)) return [];
    return [
      {
        code: 'dmarc_external_reports_not_authorised',
        facts: { host, name },
        evidence: evidenceOf(found),
      },
    ];
  });
}
