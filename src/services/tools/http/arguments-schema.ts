import { placeholdersIn, type SchemaReference } from '../../../manifest/index.ts';
import type { ToolSpecs } from '../adapter.ts';

/** What arguments a request takes, read off its placeholders: one that is a whole value of query or body may be left out. */
export function argumentsSchema({ url, headers, query, body }: ToolSpecs['http.request']): SchemaReference {
  const named = placeholdersIn([url, headers]).map(({ name }) => ({ name, isWhole: false }));
  const all = [...named, ...placeholdersIn([query, body])];
  const inBody = new Set(placeholdersIn(body).flatMap(({ name, isWhole }) => (isWhole ? [name] : [])));
  const needed = new Set(all.flatMap(({ name, isWhole }) => (isWhole ? [] : [name])));
  const bound = new Set([...needed, ...placeholdersIn(query).map(({ name }) => name)]);
  const properties = Object.fromEntries(
    all.map(({ name }) => [
      name,
      inBody.has(name) && !bound.has(name) ? {} : { type: ['string', 'number', 'boolean'] },
    ]),
  );
  return { type: 'object', properties, required: [...needed], additionalProperties: false };
}
