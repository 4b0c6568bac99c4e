/** What is to be called when a budget is cancelled: some dozens at most, in an array as in `deadlines.ts`. */
export class Stops {
  readonly #all: (() => void)[] = [];

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  add(stop: () => void): void {
    this.#all.push(stop);
  }

  /** @returns false where it isn't there */
  delete(stop: () => void): boolean {
    const place = this.#all.indexOf(stop);
    const last = place < 0 ? undefined : this.#all.pop();
    if (last && last !== stop) this.#all[place] = last;
    return last !== undefined;
  }

  call(): void {
    for (const stop of [...this.#all]) stop();
  }
}
