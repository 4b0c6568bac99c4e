/** What is to be called when a budget is cancelled: some dozens at most, in an array as in `deadlines.ts`. */
export class Stops {
  readonly #all: ((() => void) | undefined)[] = [];
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add(stop: () => void): void {
    this.#all[this.#count] = stop;
    this.#count += 1;
  }

  /** @returns false where it isn't there */
  delete(stop: () => void): boolean {
    const place = this.#all.indexOf(stop);
    if (place < 0) return false;
    this.#count -= 1;
    this.#all[place] = this.#all[this.#count];
    this.#all[this.#count] = undefined;
    return true;
  }

  call(): void {
    for (const stop of [...this.#all]) stop?.();
  }
}
