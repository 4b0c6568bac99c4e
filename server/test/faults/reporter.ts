import type { TestEvent } from 'node:test/reporters';

/** One line of JSON for each test that ended and each thing that one told, for `run.ts`. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type === 'test:diagnostic' && data.file !== undefined) yield format({ type, message: data.message });
    if (type === 'test:pass' || type === 'test:fail') {
      const { name, details, skip } = data;
      const message = type === 'test:fail' ? String(data.details.error.cause ?? data.details.error.message) : undefined;
      if (details.type !== 'suite')
        yield format({ type, name, message, isSkipped: skip !== undefined && skip !== false });
    }
  }
}

function format(line: object): string {
  return `${JSON.stringify(line)}\n`;
}
