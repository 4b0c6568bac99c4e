// Writes the generated sections of the documents, and the types of the SDK (npm run docs).
import { readFileSync, writeFileSync } from 'node:fs';
import { buildTypes } from '../../packages/sdk/scripts/build-types.mjs';
import { replaceSection } from './markdown.ts';
import { buildOpenApi } from './openapi.ts';
import { GENERATED_SECTIONS } from './sections.ts';

for (const { document, name, build } of GENERATED_SECTIONS) {
  const file = new URL(`../../${document}`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  const updated = replaceSection(text, name, build());
  if (updated !== text) writeFileSync(file, updated);
  console.log(`${document}, ${name}: ${updated === text ? 'up to date' : 'written'}`);
}

writeFileSync(new URL('../../packages/sdk/src/openapi.ts', import.meta.url), await buildTypes(await buildOpenApi()));
