import type { Answer, LookupResult, Question } from '../../../src/core/answers/dns-answer.ts';
import { findCause } from '../../../src/core/answers/failure.ts';
import type { BudgetOptions } from '../../../src/dns/budget.ts';
import { createDns, type Dns, type DnsSettings } from '../../../src/dns/lookup.ts';
import type { DnsServer } from './dns-server.ts';

/** The client, pointed at a test server, with waits short enough that silence costs a test little. */
export function createTestDns(server: DnsServer, settings: Partial<DnsSettings> = {}, now = () => new Date()): Dns {
  return createDns(
    {
      mode: 'authoritative',
      resolvers: [server.resolver],
      authoritativePort: server.port,
      allowPrivate: true,
      tryMs: 300,
      tcpMs: 300,
      caseGraceMs: 50,
      staggerMs: 100,
      ...settings,
    },
    { clock: { now, monotonicMs: () => performance.now() } },
  );
}

/** One look-up with a budget of its own. */
export function lookUp(
  dns: Dns,
  question: Partial<Question> & { name: string },
  options: BudgetOptions & { startAt?: string } = {},
): Promise<LookupResult> {
  const { startAt = 'example.com', ...limits } = options;
  return dns.lookup({ type: 'TXT', servers: 'every', ...question }, { budget: dns.startBudget(limits), startAt });
}

/** The answers as short texts, sorted: `ns1.example.com found "value"`, `ns2.example.com failed timeout`; a cause follows the reason. */
export function describeAnswers(result: LookupResult): string[] {
  return result.answers.map((answer) => `${answer.source.server} ${describeAnswer(answer)}`).sort();
}

function describeAnswer(answer: Answer): string {
  if (answer.outcome === 'failed') return ['failed', answer.reason, findCause(answer) ?? ''].join(' ').trimEnd();
  if (answer.outcome === 'absent') return `absent ${answer.reason} ${answer.negativeTtlSeconds}`;
  const shown = answer.records.map((record) => {
    if (record.type === 'TXT') return `"${record.strings.join('')}"`;
    return record.type === 'MX' ? `${record.preference} ${record.exchange}` : record.type;
  });
  return `found ${shown.join(' ')}`;
}
