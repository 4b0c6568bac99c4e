import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, validationError } from './errors.ts';

describe('a failure that a caller can be told about', () => {
  it('has the code and the message, and nothing that was not given', () => {
    const error = new AppError('NOT_FOUND', 'There is no such domain.');
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'AppError');
    assert.equal(error.code, 'NOT_FOUND');
    assert.equal(error.message, 'There is no such domain.');
    assert.equal(error.details, undefined);
    assert.equal(error.retryAfterSeconds, undefined);
    assert.equal('cause' in error, false);
  });

  it('keeps its cause, details and the time to wait', () => {
    const cause = new Error('connection refused');
    const details = [{ field: 'limit', message: 'is over 100' }];
    const error = new AppError('RATE_LIMIT_EXCEEDED', 'Wait.', { cause, details, retryAfterSeconds: 0 });
    assert.equal(error.cause, cause);
    assert.equal(error.details, details);
    assert.equal(error.retryAfterSeconds, 0);
  });

  for (const cause of [null, 0, '', false])
    it(`keeps a cause that is ${JSON.stringify(cause)}: anything can be thrown`, () => {
      assert.equal(new AppError('INTERNAL_SERVER_ERROR', 'It failed.', { cause }).cause, cause);
    });

  it('does not say its cause in its message', () => {
    const error = new AppError('INTERNAL_SERVER_ERROR', 'It failed.', { cause: new Error('password=hunter2') });
    assert.doesNotMatch(`${error.message} ${String(error)}`, /hunter2/);
  });
});

describe('an input that is wrong in one field', () => {
  for (const field of ['domain', 'headers.idempotency-key', ''])
    it(`names ${JSON.stringify(field)} once, with the sentence of the whole`, () => {
      const error = validationError(field, 'It is wrong.');
      assert.equal(error.code, 'VALIDATION_FAILED');
      assert.equal(error.message, 'It is wrong.');
      assert.deepEqual(error.details, [{ field, message: 'It is wrong.' }]);
    });
});
