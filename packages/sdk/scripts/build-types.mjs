// Makes src/openapi.ts, the types of every operation, from the document that the service gives at /openapi.json. By TypeScript 5,
// which openapi-typescript writes with, and which lies beside it.
import openapiTS, { astToString } from 'openapi-typescript';

const HEAD = `// Made from the service's /openapi.json by "npm run docs": do not edit.

`;

/** @param {object} document */
export async function buildTypes(document) {
  const nodes = await openapiTS(withoutAnswers(document), { alphabetize: true });
  return `${HEAD}${astToString(nodes)}`;
}

/** Whole answers as examples belong to the reference; as comments on types they would be most of the file. */
function withoutAnswers(document) {
  const copy = structuredClone(document);
  for (const { responses } of Object.values(copy.paths).flatMap((path) => Object.values(path)))
    for (const media of Object.values(responses).flatMap(({ content }) => Object.values(content ?? {})))
      delete media.example;
  return copy;
}
