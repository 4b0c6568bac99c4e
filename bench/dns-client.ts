import { Resolver } from 'node:dns/promises';
import { listQuestions } from '../server/src/core/check/check.ts';
import { MAX_IN_FLIGHT_PER_ADDRESS } from '../server/src/dns/in-flight.ts';
import { buildRecordsOf } from '../server/src/services/domain-object/domain-records.ts';
import { alternate, type BenchOptions, compare, type Row, workThrough } from './figure.ts';
import { startBenchNameServer } from './name-server.ts';
import { askRaw, encodeAll } from './raw-questions.ts';

const DOMAINS = 1_000;

/**
 * TXT questions to NSD, one exchange each: our client, a raw loop that decodes nothing, and node:dns, each with as many under way as our
 * client allows for one address.
 */
export async function measureDnsClient({ questions: count, repeats }: BenchOptions): Promise<Row[]> {
  const nsd = await startBenchNameServer(DOMAINS);
  const dns = nsd.openDns();
  try {
    const questions = Array.from({ length: count }, (_, index) => {
      const domain = nsd.domains[index % nsd.domains.length];
      if (!domain) throw new Error('There are no domains.');
      return listQuestions(buildRecordsOf(domain)).ownership;
    });
    const messages = encodeAll(questions);
    const resolver = new Resolver();
    resolver.setServers([`${nsd.target.address}:${nsd.target.port}`]);
    const askEach = async (ask: (name: string) => Promise<void>) => {
      await workThrough(count, MAX_IN_FLIGHT_PER_ADDRESS, (index) => ask(questions[index]?.name ?? ''));
      return count;
    };
    const rates = await alternate(
      {
        ours: () =>
          askEach(async (name) => {
            const { answer } = await dns.askServer(nsd.target, { name, type: 'TXT' }, { recursionDesired: false });
            if (answer.outcome !== 'found') throw new Error(`${name}: ${answer.outcome}`);
          }),
        raw: () => askRaw(nsd.target, messages, MAX_IN_FLIGHT_PER_ADDRESS),
        node: () => askEach(async (name) => void (await resolver.resolveTxt(name))),
      },
      repeats,
    );
    const row = { unit: 'questions/s', ours: rates.ours };
    return [
      compare({ ...row, name: 'dns-client / raw dgram', reference: rates.raw, atLeast: 0.5 }),
      compare({ ...row, name: 'dns-client / node:dns', reference: rates.node, atLeast: 1.5 }),
    ];
  } finally {
    await dns.close();
    await nsd.close();
  }
}
