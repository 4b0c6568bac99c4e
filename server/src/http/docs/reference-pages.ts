import { describeType, listFields } from './describe-schema.ts';
import { formatCurl, formatTypeScript } from './examples/example.ts';
import { ANSWERS, EXAMPLES } from './examples/examples.ts';
import type { OpenApiDocument, Operation } from './openapi-shape.ts';
import { formatAnchor } from './render-markdown.ts';
import { buildSourcePage, type SourcePage } from './source-pages.ts';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/**
 * Builds the reference: a page for each tag of the OpenAPI document, and one for the objects that answers are made of. As
 * Markdown, like every other page. The first page, `docs/reference.md`, says what holds for all calls; its list is made here.
 */
export function buildReferencePages(document: OpenApiDocument): SourcePage[] {
  const byTag = Map.groupBy(listCalls(document), ({ operation }) => operation.tags[0] ?? 'Other');
  const pages = [...byTag].map(([tag, calls]) => {
    const path = pathOf(tag);
    return buildSourcePage(path, `docs/${path}.md`, `# ${tag}\n\n${calls.map(formatCall).join('\n')}`);
  });
  return [...pages, buildObjectPage(document)];
}

/** Builds the list of all calls, for the first page of the reference. */
export function formatCallList(document: OpenApiDocument): string {
  const rows = listCalls(document).map(({ method, path, operation }) => {
    const page = `${pathOf(operation.tags[0] ?? 'Other')}.md#${formatAnchor(operation.summary)}`;
    return `| \`${method} ${path}\` | [${operation.summary}](${page}) |`;
  });
  return `## All calls\n\n| call | what it does |\n| --- | --- |\n${rows.join('\n')}\n\n[Objects](reference/objects.md) describes what answers are made of.\n`;
}

function listCalls({ paths }: OpenApiDocument): Call[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

function pathOf(tag: string): string {
  return `reference/${formatAnchor(tag)}`;
}

function formatCall({ method, path, operation }: Call): string {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const body = requestBody?.content['application/json']?.schema;
  return [
    `## ${summary}`,
    `\`${method} ${path}\``,
    description ?? '',
    formatFields(
      'parameter',
      parameters.map(({ name, in: place, required = false, description: what = '', schema = {} }) => ({
        name,
        type: place === 'query' ? describeType(schema) : `${place}, ${describeType(schema)}`,
        isRequired: required,
        description: what,
      })),
    ),
    body === undefined ? '' : formatFields('field of the body', listFields(body)),
    formatExample(method, path, operation.operationId),
    formatAnswers(responses),
    formatAnswer(operation.operationId),
  ]
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n');
}

function formatFields(head: string, fields: ReturnType<typeof listFields>): string {
  if (fields.length === 0) return '';
  const rows = fields.map(({ name, type, isRequired, description }) => {
    const text = `${description}${isRequired ? '' : `${description === '' ? '' : ' '}Optional.`}`;
    return `| ${name} | ${type} | ${text.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`;
  });
  return `| ${head} | type | what it is |\n| --- | --- | --- |\n${rows.join('\n')}`;
}

function formatExample(method: string, path: string, id: string): string {
  const example = EXAMPLES[id];
  if (!example) return '';
  const curl = formatCurl(method, path, example);
  return `\`\`\`bash\n${curl}\n\`\`\`\n\n\`\`\`ts\n${formatTypeScript(example)}\n\`\`\``;
}

function formatAnswer(id: string): string {
  const answer = ANSWERS[id];
  if (!answer) return '';
  const { body } = answer;
  if (typeof body === 'string') return `\`\`\`text\n${body.trimEnd()}\n\`\`\``;
  return `\`\`\`json\n${JSON.stringify(body, null, 2)}\n\`\`\``;
}

/** What a call answers where it succeeds, and with which failures otherwise. */
function formatAnswers(responses: Operation['responses']): string {
  const statuses = Object.keys(responses);
  const failures = statuses.filter((status) => Number(status) >= 400);
  const answers = statuses
    .filter((status) => Number(status) < 400)
    .map((status) => {
      const content = Object.entries(responses[status]?.content ?? {});
      const data = content.find(([type]) => type === 'application/json')?.[1].schema?.properties?.data;
      const what =
        data === undefined ? content.map(([type]) => `\`${type}\``).join(', ') : `\`data\`: ${describeType(data)}`;
      return `**${status}**${what === '' ? '' : ` ${what}`}`;
    });
  const links = failures
    .flatMap(
      (status) => (responses[status]?.description ?? '').match(/[A-Z]+(?:_[A-Z]+)+|UNAUTHORIZED|FORBIDDEN/g) ?? [],
    )
    .map((code) => `[${code}](../errors.md#${code.toLowerCase()})`)
    .join(', ');
  return `${answers.length > 0 ? `Answers ${answers.join('; ')}. ` : ''}${links === '' ? '' : `Failures: ${links}.`}`;
}

function buildObjectPage({ components }: OpenApiDocument): SourcePage {
  const objects = Object.entries(components.schemas).map(
    ([name, schema]) => `## ${name}\n\n${schema.description ?? ''}\n\n${formatFields('field', listFields(schema))}\n`,
  );
  return buildSourcePage('reference/objects', 'docs/reference/objects.md', `# Objects\n\n${objects.join('\n')}`);
}
