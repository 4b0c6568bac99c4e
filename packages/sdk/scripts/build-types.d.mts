/** Makes the types of every operation from an OpenAPI document. */
export function buildTypes(document: object): Promise<string>;
