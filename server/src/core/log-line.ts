import { tameText } from './plain-text.ts';

/** A line of the log, as it is written in JSON. */
type LogRecord = Readonly<Record<string, unknown>>;

const LEVELS: readonly { readonly from: number; readonly word: string; readonly color: number }[] = [
  { from: 60, word: 'FATAL', color: 31 },
  { from: 50, word: 'ERROR', color: 31 },
  { from: 40, word: 'WARN', color: 33 },
  { from: 30, word: '', color: 0 },
  { from: 0, word: 'DEBUG', color: 2 },
];
const WARN = 40;
const ERROR = 50;
/** What is shown in a place of its own, or is of no use to whoever reads along. */
const NOT_LISTED = new Set(['level', 'time', 'msg', 'err', 'requestId', 'method', 'path', 'status', 'ms', 'by']);

/**
 * Formats a line of the log for somebody who reads along in a terminal: short, and without what a page of the dashboard asks
 * for every few seconds.
 *
 *     14:03:11 POST /v1/domains 201 12 ms
 *     14:03:12 WARN waiting for the database
 *
 * @param line the line in JSON
 * @param hasColors whether the terminal takes ANSI colors
 * @returns null for a line that is left out; what is no JSON comes back as it is
 */
export function formatLogLine(line: string, hasColors: boolean): string | null {
  const record = parseRecord(line);
  if (!record) return line;
  const level = typeof record.level === 'number' ? record.level : 0;
  if (record.msg === 'request' && level < WARN && !isWorthTelling(record)) return null;
  const { word, color } = LEVELS.find(({ from }) => level >= from) ?? { word: '', color: 0 };
  const paint = (text: string, code: number) => (hasColors && code !== 0 ? `\u001b[${code}m${text}\u001b[0m` : text);
  const parts = [paint(formatTime(record.time), 2), word && paint(word, color), formatWhat(record), formatRest(record)];
  return `${parts.filter((part) => part !== '').join(' ')}${level >= WARN ? formatError(record.err, level >= ERROR) : ''}\n`;
}

/** Requests of programs, and those that were refused. */
function isWorthTelling({ path, status }: LogRecord): boolean {
  return String(path).startsWith('/v1') || Number(status) >= 400;
}

function formatWhat({ msg, method, path, status, ms }: LogRecord): string {
  return msg === 'request' ? tameText(`${method} ${path} ${status} ${ms} ms`) : tameText(String(msg ?? ''));
}

function formatRest(record: LogRecord): string {
  return Object.entries(record)
    .filter(([name]) => !NOT_LISTED.has(name))
    .map(([name, value]) => tameText(`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`))
    .join(' ');
}

function formatError(err: unknown, hasStack: boolean): string {
  if (typeof err !== 'object' || err === null) return '';
  const { message, stack } = err as { message?: unknown; stack?: unknown };
  const text = hasStack && typeof stack === 'string' && stack !== '' ? stack : String(message ?? '');
  return text
    .split('\n')
    .map((each) => `\n  ${tameText(each)}`)
    .join('');
}

/** The local time of day. */
function formatTime(time: unknown): string {
  const at = new Date(typeof time === 'string' || typeof time === 'number' ? time : Number.NaN);
  if (Number.isNaN(at.getTime())) return '';
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

function parseRecord(line: string): LogRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as LogRecord) : null;
  } catch {
    return null;
  }
}
