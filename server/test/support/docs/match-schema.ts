import type { Schema } from '../../../src/http/docs/openapi-shape.ts';

/** Says where a value is not what a schema of the OpenAPI document says: types, fields, values of a list. */
export function findMismatches(
  schema: Schema,
  value: unknown,
  schemas: Readonly<Record<string, Schema>>,
  path = '',
): string[] {
  if (schema.$ref !== undefined) {
    const target = schemas[schema.$ref.split('/').at(-1) ?? ''];
    return target ? findMismatches(target, value, schemas, path) : [`${path}: ${schema.$ref} is not there`];
  }
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) {
    const tried = alternatives.map((each) => findMismatches(each, value, schemas, path));
    return tried.some((each) => each.length === 0) ? [] : (tried[0] ?? []);
  }
  if (schema.enum && !schema.enum.includes(value)) return [`${path}: ${JSON.stringify(value)} is none of its values`];
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((each, at) => findMismatches(schema.items ?? {}, each, schemas, `${path}[${at}]`));
  }
  if (schema.type === 'object') return findWrongFields(schema, value, schemas, path);
  const types = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'object' };
  const type = types[schema.type as keyof typeof types];
  if (schema.type === 'null') return value === null ? [] : [`${path} is not null`];
  return type === undefined || typeof value === type ? [] : [`${path} is ${typeof value}, not ${schema.type}`];
}

function findWrongFields(
  { properties = {}, required = [], additionalProperties }: Schema,
  value: unknown,
  schemas: Readonly<Record<string, Schema>>,
  path: string,
): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} is no object`];
  const missing = required.filter((key) => !(key in value)).map((key) => `${path}.${key} is missing`);
  const wrong = Object.entries(value).flatMap(([key, inner]) => {
    const field = properties[key] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    if (field) return findMismatches(field, inner, schemas, `${path}.${key}`);
    return additionalProperties === false ? [`${path}.${key} is unknown`] : [];
  });
  return [...missing, ...wrong];
}
