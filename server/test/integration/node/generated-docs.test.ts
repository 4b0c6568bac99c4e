import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { formatTable, replaceSection } from '../../../docs/markdown.ts';
import { GENERATED_SECTIONS } from '../../../docs/sections.ts';
import { SECRET_FILES, variables } from '../../../src/config/variables.ts';

it('each setting is in docs/configuration.md once, and each secret by its file, too', () => {
  const text = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
  const named = text
    .split('\n')
    .flatMap((line) => (line.startsWith('|') ? [...(line.split('|')[1]?.matchAll(/`AUTOSEND_(\w+)`/g) ?? [])] : []))
    .map(([, name]) => name);
  assert.deepEqual(named.sort(), Object.keys(variables.shape).sort());
  for (const name of SECRET_FILES.keys()) assert.ok(text.includes(`\`AUTOSEND_${name}\``), name);
});

describe('the generated sections of the documents', () => {
  for (const { document, name, build } of GENERATED_SECTIONS)
    it(`${document} has the section "${name}" as the code makes it`, () => {
      const committed = readFileSync(new URL(`../../../../${document}`, import.meta.url), 'utf8');
      assert.equal(
        committed,
        replaceSection(committed, name, build()),
        `${document} does not say what the code does: run "npm run docs" and commit the result.`,
      );
    });

  it('writing a section again changes nothing', () => {
    const document = 'before\n\n<!-- generated: x -->\n<!-- end: x -->\n\nafter\n';
    const once = replaceSection(document, 'x', 'made');
    assert.equal(once, 'before\n\n<!-- generated: x -->\n\nmade\n\n<!-- end: x -->\n\nafter\n');
    assert.equal(replaceSection(once, 'x', 'made'), once);
  });

  const begin = '<!-- generated: x -->\n';
  const end = '<!-- end: x -->\n';
  for (const [fault, document] of [
    ['no markers', 'text\n'],
    ['no end', `${begin}text\n`],
    ['no begin', `text\n${end}`],
    ['the end first', `${end}text\n${begin}`],
    ['two of a name', `${begin}${end}${begin}${end}`],
    ['two ends', `${begin}${end}${end}`],
  ] as const)
    it(`a document with ${fault} is named and not written`, () => {
      assert.throws(() => replaceSection(document, 'x', 'made'), /generated: x -->.*once each/);
    });

  it('a table is aligned, and a | in a cell does not begin another', () => {
    assert.equal(
      formatTable(['a', 'long header'], [['x|y', '1']]),
      ['| a    | long header |', '| ---- | ----------- |', '| x\\|y | 1           |'].join('\n'),
    );
  });
});
