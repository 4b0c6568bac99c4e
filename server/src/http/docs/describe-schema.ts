import type { Schema } from './openapi-shape.ts';
import { formatAnchor } from './render-markdown.ts';

/** One row of a table of fields. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/** Lists the fields of an object, those of objects within it too: `error.code`. What has a name of its own is linked. */
export function listFields(schema: Schema, prefix = ''): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const isRequired = schema.required?.includes(name) ?? false;
    const row = { name: `\`${path}\``, type: describeType(field), isRequired, description: field.description ?? '' };
    const inner = unwrap(field);
    return [row, ...listFields(inner, inner === field || field.anyOf ? `${path}.` : `${path}[].`)];
  });
}

/** Says in a few words what a value is, in Markdown. */
export function describeType(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return `[${name}](objects.md#${formatAnchor(name)})`;
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return [...new Set(alternatives.map(describeType))].join(' or ');
  if (schema.const !== undefined) return formatValue(schema.const);
  if (schema.enum) return schema.enum.map(formatValue).join(', ');
  if (schema.type === 'array') return `array of ${describeType(schema.items ?? {})}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object')
    return `object of ${describeType(schema.additionalProperties)}`;
  return `${schema.type ?? 'anything'}${describeRange(schema)}`;
}

function describeRange({ minimum, maximum, maxLength, format }: Schema): string {
  if (format !== undefined) return ` (${format})`;
  if (minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return `, ${minimum} to ${maximum}`;
  return maxLength === undefined ? '' : `, at most ${maxLength} characters`;
}

function formatValue(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

/** The object that stands in a list, or beside null. */
function unwrap(schema: Schema): Schema {
  if (schema.type === 'array' && schema.items) return unwrap(schema.items);
  const objects = schema.anyOf?.filter(({ properties }) => properties) ?? [];
  return objects.length === 1 && objects[0] ? objects[0] : schema;
}
