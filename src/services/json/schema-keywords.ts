import { nearestWord } from './nearest-word.ts';

/** Every keyword the validator reads or may pass over; one that is not listed is taken for a typo. */
const keywords: ReadonlySet<string> = new Set(
  (
    '$anchor $comment $defs $dynamicAnchor $dynamicRef $id $ref $schema $vocabulary additionalItems additionalProperties allOf ' +
    'anyOf const contains contentEncoding contentMediaType contentSchema default definitions dependencies dependentRequired ' +
    'dependentSchemas deprecated description else enum example examples exclusiveMaximum exclusiveMinimum format if items maxContains ' +
    'maxItems maxLength maxProperties maximum minContains minItems minLength minProperties minimum multipleOf not nullable oneOf ' +
    'pattern patternProperties prefixItems properties propertyNames readOnly required then title type unevaluatedItems ' +
    'unevaluatedProperties uniqueItems writeOnly'
  ).split(' '),
);

/** Annotations that the validator itself would refuse. */
export function isAnnotation(keyword: string): boolean {
  return keyword.startsWith('x-') || keyword === 'example';
}

/** What is wrong with a keyword, as the end of a sentence; undefined when it is known. */
export function keywordProblem(keyword: string): string | undefined {
  if (keywords.has(keyword) || isAnnotation(keyword)) return undefined;
  const guess = nearestWord(keyword, [...keywords]);
  return guess === undefined
    ? `"${keyword}" is no keyword of JSON Schema; call your own keywords "x-…"`
    : `"${keyword}" is no keyword of JSON Schema; did you mean "${guess}"?`;
}
