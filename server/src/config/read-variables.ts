import { AppError, validationError } from '../core/errors.ts';
import { findNearestName } from '../core/names/nearest-name.ts';
import { parseSecretKeys } from '../crypto/secret-box.ts';
import { readSecretFile } from '../crypto/secret-file.ts';
import { PREFIX, SECRET_FILES, type Variables, variables } from './variables.ts';

/** The `AUTOSEND_` variables, as texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Checks the variables and gives them their defaults.
 * @throws AppError VALIDATION_FAILED that names each variable that is wrong, and unknown ones (a typing error must not pass in silence)
 */
export function readVariables(environment: Environment): Variables {
  const given = Object.fromEntries(
    Object.entries(environment)
      .filter(
        ([name, value]) =>
          name.startsWith(PREFIX) && !name.startsWith(`${PREFIX}TEST_`) && value !== undefined && value !== '',
      )
      .map(([name, value]) => [name.slice(PREFIX.length), value]),
  );
  const fromFiles = readSecretFiles(given);
  Object.assign(given, fromFiles.values);
  const names = [...Object.keys(variables.shape), ...SECRET_FILES.keys()];
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  const result = variables.safeParse(
    Object.fromEntries(Object.entries(given).filter(([name]) => !SECRET_FILES.has(name))),
  );
  const details = [
    ...fromFiles.details,
    ...unknown.map((name) => {
      const meant = findNearestName(name, names);
      const hint = meant === null ? '' : ` Did you mean ${PREFIX}${meant}?`;
      return { field: PREFIX + name, message: `${PREFIX}${name} isn't a known setting.${hint}` };
    }),
    ...(result.error?.issues ?? []).map((issue) => {
      const field = PREFIX + String(issue.path[0]);
      return { field, message: `${field} ${issue.message}.` };
    }),
  ];
  if (!result.success || details.length > 0)
    throw new AppError('VALIDATION_FAILED', details.map(({ message }) => message).join(' '), { details });
  return requireDatabaseUrl(requireSecretKey(result.data));
}

/** A database that others reach is no place for a key that this process makes up. @throws AppError VALIDATION_FAILED */
function requireSecretKey(v: Variables): Variables {
  if (v.SECRET_KEY !== undefined) parseSecretKeys(v.SECRET_KEY);
  if (v.DATABASE_URL !== undefined && v.SECRET_KEY === undefined)
    throw validationError(
      'AUTOSEND_SECRET_KEY',
      'AUTOSEND_DATABASE_URL also needs AUTOSEND_SECRET_KEY: 32 bytes in base64, the same on every node. Create one with: openssl rand -base64 32',
    );
  return v;
}

/** What is beside a database of the operator's is nothing without it. @throws AppError VALIDATION_FAILED */
function requireDatabaseUrl(v: Variables): Variables {
  if (v.DATABASE_LISTEN_URL !== undefined && v.DATABASE_URL === undefined)
    throw validationError(
      'AUTOSEND_DATABASE_URL',
      'AUTOSEND_DATABASE_URL is missing: AUTOSEND_DATABASE_LISTEN_URL names a direct connection to the same database.',
    );
  return v;
}

/** Reads the secrets that are given as files. What is wrong with one is a detail that names its variable. */
function readSecretFiles(given: Readonly<Record<string, string | undefined>>) {
  const values: Record<string, string> = {};
  const details: { field: string; message: string }[] = [];
  for (const [variable, name] of SECRET_FILES) {
    const file = given[variable];
    if (file === undefined) continue;
    const field = PREFIX + variable;
    if (given[name] !== undefined) {
      details.push({ field, message: `${field} and ${PREFIX}${name} are both set. Set one of them.` });
      continue;
    }
    const found = readSecretFile(file);
    if ('problem' in found) details.push({ field, message: `${field}: ${file} ${found.problem}` });
    else values[name] = found.text;
  }
  return { values, details };
}
