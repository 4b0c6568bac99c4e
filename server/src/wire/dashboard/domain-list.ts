import { z } from 'zod';
import { LIST_SORTS, LIST_STATES, type ListSort } from '../../core/domain-list.ts';
import { validationError } from '../../core/errors.ts';
import { listQuerySchema } from '../list-query.ts';

/** The query of the dashboard's list: that of the API, with states as people see them and an order. */
export const domainListQuerySchema = listQuerySchema.extend({
  state: z.enum(LIST_STATES, { error: `state must be one of ${LIST_STATES.join(', ')}.` }).optional(),
  /** Defaults to `attention`: what needs somebody comes first. */
  sort: z.enum(LIST_SORTS, { error: `sort must be one of ${LIST_SORTS.join(', ')}.` }).optional(),
});

/** The query of the counts. */
export const domainCountsQuerySchema = listQuerySchema.pick({ search: true, regionKey: true });

/** How many domains are in which state, and the regions that the project uses. */
export const domainCountsSchema = z.strictObject({
  attention: z.int(),
  failed: z.int(),
  waiting: z.int(),
  verified: z.int(),
  regionKeys: z.array(z.string()),
});

/** The query of the search through all projects. */
export const domainSearchQuerySchema = z.strictObject({ search: listQuerySchema.shape.search.unwrap() });

/** A domain that was found in one of a person's projects. */
export const foundDomainSchema = z.strictObject({
  id: z.string(),
  projectId: z.string(),
  domainName: z.string(),
  unicodeName: z.string().nullable(),
});

/** Makes the opaque text with which a client asks for the next page of an order. */
export function formatListCursor(sort: ListSort, place: readonly string[]): string {
  return Buffer.from(JSON.stringify([sort, ...place])).toString('base64url');
}

/**
 * Reads it.
 * @param isPlace whether these texts are a place in that order
 * @throws AppError VALIDATION_FAILED
 */
export function parseListCursor(
  text: string,
  sort: ListSort,
  isPlace: (sort: ListSort, texts: readonly string[]) => boolean,
): string[] {
  const [of, ...place] = readTexts(text);
  if (of !== sort || !isPlace(sort, place))
    throw validationError('cursor', 'This cursor is invalid. Use nextCursor from the previous page.');
  return place;
}

function readTexts(text: string): string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : [];
  } catch {
    // Whatever is no list of texts is no cursor of ours.
    return [];
  }
}
