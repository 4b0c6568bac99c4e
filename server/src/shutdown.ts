/** Within this time a process that stops is gone, whatever hangs. */
const STOP_MS = 30_000;
/** How long one step may take once the service is drained. */
const STEP_MS = 20_000;

/** What a stop needs of the process. */
export interface ShutdownOptions {
  log(message: string, error?: unknown): void;
  exit(code: number): void;
  readonly stopMs?: number;
  readonly stepMs?: number;
}

/** What has to be done to stop; grows while the process starts, and is undone in reverse. */
export class Shutdown {
  readonly #steps: { readonly name: string; run(): Promise<unknown>; readonly ms: number }[] = [];
  readonly #options: ShutdownOptions;
  #isStopping = false;

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /**
   * Adds a step. A signal that came while the part was starting stops it as soon as it is there.
   * @param extraMs what the step may take beyond the usual, such as to drain
   */
  async add(name: string, run: () => Promise<unknown>, extraMs = 0): Promise<void> {
    this.#steps.push({ name, run, ms: (this.#options.stepMs ?? STEP_MS) + extraMs });
    // Never resolves: the stop that runs already takes this step too, and ends the process.
    if (this.#isStopping) await new Promise(() => undefined);
  }

  /**
   * Finishes what is in flight and ends the process: with `exitCode`, or 1 where a step failed or took too long. A step that
   * fails keeps no other from being done: the embedded PostgreSQL is the last. A Ctrl-C may arrive twice; the second one is
   * the same request.
   */
  async stop(exitCode: number): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const { log, exit, stopMs = STOP_MS } = this.#options;
    let code = exitCode;
    const extraMs = this.#steps.reduce((sum, { ms }) => sum + ms - (this.#options.stepMs ?? STEP_MS), 0);
    const deadline = setTimeout(() => {
      log('shutdown took too long');
      exit(1);
    }, stopMs + extraMs);
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      const { name, ms } = step;
      try {
        await within(step.run(), ms);
      } catch (error) {
        code = 1;
        log(`${name} didn't stop cleanly`, error);
      }
    }
    clearTimeout(deadline);
    exit(code);
  }
}

function within(work: Promise<unknown>, ms: number): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`It took longer than ${ms / 1000} s.`)), ms);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
