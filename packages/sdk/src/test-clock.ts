import type { DataOf } from './shapes.ts';
import type { CallOptions, Transport } from './transport.ts';

/** What came of moving the clock. */
export type Advance = DataOf<'advanceTestClock'>;

/** `client.test`: the clock of a test project. */
export class TestClock {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Moves the clock ahead, and comes back when all that became due has run, in as many calls as that takes. Test projects only. */
  async advance(seconds: number, options: CallOptions = {}): Promise<Advance> {
    const sum = { checks: 0, deliveries: 0, events: 0 };
    for (let left = seconds; ; ) {
      const body = { seconds: left };
      const done = await this.#transport.call<Advance>('POST', '/v1/test/advance', { ...options, once: true, body });
      sum.checks += done.checks;
      sum.deliveries += done.deliveries;
      sum.events += done.events;
      left = done.remainingSeconds;
      if (left === 0) return { ...done, ...sum, seconds };
    }
  }
}
