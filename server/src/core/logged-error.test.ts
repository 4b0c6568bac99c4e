import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanLogArguments, describeError } from './logged-error.ts';

const SECRET = '$argon2id$v=19$secret';

function failQuery(values: string, cause: Error): Error {
  return new Error(`Failed query: insert into "accounts" values ($1)\nparams: ${values}`, { cause });
}

test('a statement that failed is told without its values, in the message, in the stack and in every cause', () => {
  const wicked = [`a,${SECRET}`, `two\nlines,${SECRET}`, `\n    at ${SECRET} (file.ts:1:1)\nparams: ${SECRET}`];
  for (const values of wicked) {
    const cause = Object.assign(new Error('null value in column "x"'), {
      ...{ code: '23502', detail: `Failing row contains (${SECRET}).`, where: SECRET, internalQuery: SECRET },
      ...{ parameters: [SECRET], query: SECRET, client: { password: SECRET }, table: 'accounts', column: 'x' },
    });
    const told = describeError(new Error('outer', { cause: failQuery(values, cause) }));
    assert.ok(!JSON.stringify(told).includes('secret'), JSON.stringify(told));
    assert.equal(told.cause?.message, 'Failed query: insert into "accounts" values ($1)');
    assert.match(told.cause?.stack ?? '', /^Error: Failed query[^\n]*\n {4}at .*logged-error\.test\.ts/);
    assert.deepEqual([told.cause?.cause?.code, told.cause?.cause?.table], ['23502', 'accounts']);
  }
});

test('of what PostgreSQL could not read, nothing is quoted', () => {
  for (const message of [
    `invalid input syntax for type json: "${SECRET}"`,
    `invalid input syntax for type uuid: "a "quoted" ${SECRET}"`,
  ]) {
    const told = describeError(Object.assign(new Error(message), { code: '22P02', routine: 'json_ereport_error' }));
    assert.ok(!JSON.stringify(told).includes('secret'), told.message);
    assert.match(told.message, /^invalid input syntax for type \w+: "\[redacted\]"$/);
  }
});

test('any other error is told as it is, with its causes, however they refer to each other', () => {
  const circle = new Error('first');
  circle.cause = new Error('second', { cause: circle });
  const told = describeError(circle);
  assert.deepEqual([told.message, told.cause?.message], ['first', 'second']);
  assert.match(told.stack, /^Error: first\n {4}at /);
  assert.equal(describeError('a text').message, 'Something other than an error was thrown.');
  const listen = describeError(
    Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', syscall: 'listen' }),
  );
  assert.deepEqual([listen.code, listen.syscall], ['EADDRINUSE', 'listen']);
});

test('an error that is logged alone, or whose message is, is cleaned, too', () => {
  const failure = failQuery(SECRET, new Error('refused'));
  assert.deepEqual(cleanLogArguments([failure]), [
    { err: failure },
    'Failed query: insert into "accounts" values ($1)',
  ]);
  assert.deepEqual(cleanLogArguments([failure, 'said']), [{ err: failure }, 'said']);
  assert.ok(!JSON.stringify(cleanLogArguments([{ a: 1 }, failure.message])).includes('secret'));
  assert.ok(!JSON.stringify(cleanLogArguments([failure.message])).includes('secret'));
  assert.deepEqual(cleanLogArguments([{ a: 1 }, 'plain %s', 2]), [{ a: 1 }, 'plain %s', 2]);
});
