import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPastedNames } from './pasted-names.ts';

for (const [text, names, isTaken] of [
  ['example.com', ['example.com'], false],
  ['https://www.example.com/path?x=1#y', ['www.example.com'], true],
  ['http://user:secret@example.com:8080/', ['example.com'], true],
  ['jo@example.com', ['example.com'], true],
  ['Jo Doe <jo@example.com>', [], false],
  ['<jo@example.com>', ['example.com'], true],
  ['mailto:jo@example.com', ['example.com'], true],
  ['"example.com"', ['example.com'], true],
  ['“example.com”,', ['example.com'], true],
  [' example.com \n', ['example.com'], true],
  ['*.example.com', ['example.com'], true],
  ['_dmarc.example.com', ['example.com'], true],
  ['autosend._domainkey.mail.example.com.', ['mail.example.com'], true],
  ['example.com.', ['example.com'], true],
  ['example.com...', ['example.com'], true],
  ['Example.COM', ['example.com'], true],
  ['bücher.example', ['bücher.example'], false],
  ['example.com, example.org', ['example.com', 'example.org'], true],
  ['https://a.example/x\nb.example.\n"c.example"; a.example', ['a.example', 'b.example', 'c.example'], true],
  ['please add example.com for us', [], false],
  ['localhost', [], false],
  ['192.0.2.1', [], false],
  ['example', [], false],
  ['a..example', [], false],
  ['', [], false],
] as const)
  test(`what is taken out of a pasted ${JSON.stringify(text)}`, () => {
    assert.deepEqual(readPastedNames(text), { names, isTaken });
  });
