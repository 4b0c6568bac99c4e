import { AggregatorRegistry, Counter, Histogram, Registry } from 'prom-client';
import type { Context } from '../../services/context.ts';
import { measureConnections } from './connections.ts';

/** What a registry has counted, in the form in which it goes from one thread to another. */
export type MetricsJson = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What each thread measures by itself: checks by what they led to, how fast name servers answer, and its database connections. */
export function createThreadMetrics({ meters, db }: Pick<Context, 'meters' | 'db'>): Registry {
  const registry = new Registry();
  measureConnections(registry, { db });
  const registers = [registry];
  const checks = new Counter({
    name: 'autosend_checks_total',
    help: 'Stored domain checks, by resulting status.',
    labelNames: ['status', 'answered'],
    registers,
  });
  const answers = new Histogram({
    name: 'autosend_dns_answer_seconds',
    help: 'Time until a name server answered or timed out.',
    labelNames: ['via', 'outcome'],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
    registers,
  });
  meters.listen({
    onCheck: (status, isAnswered) => checks.inc({ status, answered: String(isAnswered) }),
    onAnswer: (answer) =>
      answers.observe(
        { via: answer.source.via, outcome: answer.outcome === 'failed' ? answer.reason : answer.outcome },
        answer.source.rttMs / 1000,
      ),
  });
  return registry;
}

/** The sum of what several threads have measured, as Prometheus text. */
export function addUp(counted: readonly MetricsJson[]): Promise<string> {
  return AggregatorRegistry.aggregate([...counted]).metrics();
}
