/** What a log line tells of a database's error beside its message. The others hold values of rows: `detail` a whole one, where a constraint refuses it. */
const TOLD = ['code', 'severity', 'schema', 'table', 'column', 'constraint', 'dataType', 'routine', 'syscall', 'errno'];
const MAX_CAUSES = 8;
/** Where the query builder begins with the values of a statement. */
const VALUES = '\nparams:';
const FRAME = /^\s+at .+$/;

/** An error as it may be logged: JSON without a value that somebody gave a statement. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly cause?: LoggedError;
  readonly [told: string]: unknown;
}

/**
 * Describes an error for the log. A statement that failed is told without its values, in the message and in the stack, and
 * of PostgreSQL's own message nothing that it quotes from them: they may be hashes of passwords, tokens, sealed keys and addresses.
 */
export function describeError(thrown: unknown, depth = 0): LoggedError {
  if (!(thrown instanceof Error))
    return { type: typeof thrown, message: 'Something other than an error was thrown.', stack: '' };
  const message = cleanMessage(thrown);
  const fields = thrown as unknown as Record<string, unknown>;
  const told = Object.fromEntries(
    TOLD.flatMap((name) => {
      const value = fields[name];
      return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [];
    }),
  );
  const cause =
    thrown.cause !== undefined && depth < MAX_CAUSES ? { cause: describeError(thrown.cause, depth + 1) } : {};
  return { type: thrown.name, message, stack: cleanStack(thrown, message), ...told, ...cause };
}

/** Words an error for a console, with its causes, as little telling as in the log. */
export function formatErrorText(thrown: unknown): string {
  const texts: string[] = [];
  for (let told: LoggedError | undefined = describeError(thrown); told; told = told.cause)
    texts.push(told.stack || told.message);
  return texts.join('\ncaused by ');
}

/** Cleans what a log line is made of: an error that stands alone is its message as well, and a message may have been taken from one. */
export function cleanLogArguments(given: readonly unknown[]): unknown[] {
  const [first, ...rest] = given;
  const texts = rest.map((each) => (typeof each === 'string' ? cutValues(each) : each));
  if (first instanceof Error) return [{ err: first }, ...(texts.length > 0 ? texts : [cleanMessage(first)])];
  return [typeof first === 'string' ? cutValues(first) : first, ...texts];
}

function cutValues(text: string): string {
  return text.split(VALUES, 1)[0] ?? '';
}

function cleanMessage(error: Error & { code?: unknown; routine?: unknown }): string {
  const statement = cutValues(error.message);
  // PostgreSQL quotes what it could not read (class 22, such as 22P02: invalid input syntax for type json: "…").
  const isQuoting = typeof error.code === 'string' && /^(?:22|P0|XX)/.test(error.code) && error.routine !== undefined;
  return isQuoting ? statement.replace(/["“'][\s\S]*["”']/, '"[redacted]"') : statement;
}

/** The stack begins with the message as it was. Frames are what is left of it; a line within a value that looks like one stands before the first of them. */
function cleanStack({ name, message, stack = '' }: Error, cleaned: string): string {
  const at = stack.indexOf(message);
  const after = at < 0 ? '' : stack.slice(at + message.length);
  return [`${name}: ${cleaned}`, ...after.split('\n').filter((line) => FRAME.test(line))].join('\n');
}
