import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, matchCommands } from './commands.ts';

const make = (label: string, hint: string, words?: string): Command => ({
  id: label,
  label,
  hint,
  ...(words !== undefined && { words }),
  run: () => undefined,
});
const COMMANDS = [
  make('Domains', 'Page'),
  make('API keys', 'Page'),
  make('Add domain…', 'Action', 'new create'),
  make('New API key…', 'Action', 'create'),
  make('Check again', 'Action', 'verify recheck'),
  make('API documentation', 'Docs', 'reference help'),
  make('Sign out', 'Action', 'log out'),
  make('Acme Mail', 'Project'),
];

for (const [search, labels] of [
  ['', COMMANDS.map(({ label }) => label)],
  ['add', ['Add domain…']],
  ['verify', ['Check again']],
  ['docs', ['API documentation']],
  ['new', ['New API key…', 'Add domain…']],
  ['api key', ['API keys', 'New API key…']],
  ['key new', ['New API key…']],
  ['log out', ['Sign out']],
  ['project', ['Acme Mail']],
  ['mail', ['Acme Mail']],
  ['omain', []],
  ['zzzz', []],
] as const)
  test(`the palette finds by ${JSON.stringify(search)}: ${labels.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(
      matchCommands(COMMANDS, search).map(({ label }) => label),
      labels,
    );
  });
