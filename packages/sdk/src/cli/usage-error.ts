/** The command line was typed wrong; ends the program with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
