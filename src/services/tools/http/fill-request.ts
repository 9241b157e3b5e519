import {
  hasDotSegment,
  isHeaderValue,
  isInQuery,
  templateParts,
  wholePlaceholder,
  type TemplatePart,
  type UrlTemplate,
} from '../../../manifest/index.ts';
import type { ToolSpecs } from '../adapter.ts';
import type { JsonValue } from '../json-value.ts';
import type { SchemaViolation } from '../port.ts';

type HttpSpec = ToolSpecs['http.request'];

/** A request as text, for a dry run with `${env:NAME}` as it is declared. */
export interface FilledRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Filled =
  | { readonly ok: true; readonly request: FilledRequest }
  | { readonly ok: false; readonly violations: readonly SchemaViolation[] };

export interface Filling {
  readonly spec: HttpSpec;
  readonly template: UrlTemplate;
  readonly arguments: ReadonlyMap<string, JsonValue>;
  readonly resolve: (text: string) => string;
}

/** Puts the arguments into the request, each in the form of its place, or says which do not fit there. */
export function fillRequest(filling: Filling): Filled {
  const { spec, resolve } = filling;
  const violations: SchemaViolation[] = [];
  const take: Take = { filling, refuse: (name, message) => violations.push(violation(name, message)) };
  const { method = 'GET' } = spec;
  const url = fillUrl(take) + fillQuery(take);
  const declared = Object.entries(spec.headers ?? {}).map(([name, text]): [string, string] => [
    name.toLowerCase(),
    fillHeader(text, take),
  ]);
  const filledBody = fillBody(spec.body, { take, resolve });
  const body = filledBody === undefined ? undefined : JSON.stringify(filledBody);
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const headers: Record<string, string> = { accept: '*/*', ...type, ...Object.fromEntries(declared) };
  if (violations.length > 0) return { ok: false, violations };
  return { ok: true, request: { method, url, headers, ...(body !== undefined && { body }) } };
}

interface Take {
  readonly filling: Filling;
  readonly refuse: (name: string, message: string) => void;
}

function violation(name: string, message: string): SchemaViolation {
  return { path: `/${name}`, rule: 'placeholder', message: `"/${name}" is wrong: ${message}.` };
}

/** Only texts, numbers and booleans have a form that every place knows. */
function textOf(name: string, { filling, refuse }: Take): string {
  const value = filling.arguments.get(name);
  if (typeof value === 'string') {
    if (value.isWellFormed() && !value.includes('\0')) return value;
    refuse(name, 'it holds a NUL or half a character');
    return 'x';
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  refuse(name, value === undefined ? 'it is missing' : 'the request takes a text, a number or a boolean there');
  return 'x';
}

function fillUrl(take: Take): string {
  const { parts } = take.filling.template;
  const url = parts.map((part, index) => ('text' in part ? part.text : fillPlace(part, isInQuery(parts, index), take)));
  const [path = ''] = url
    .join('')
    .slice(take.filling.template.protocol.length + 2)
    .split('?');
  const name = parts.flatMap((part) => ('name' in part ? [part.name] : []))[0] ?? '';
  // A dot of the address and one of an argument make two.
  if (hasDotSegment(path)) take.refuse(name, 'it makes a segment "." or ".." of the path');
  return url.join('');
}

function fillPlace(part: Extract<TemplatePart, { name: string }>, inQuery: boolean, take: Take): string {
  const { name, isPath } = part;
  const text = textOf(name, take);
  if (inQuery) return encodeURIComponent(text);
  if (text === '') take.refuse(name, 'it is empty, and is a segment of the path');
  // Servers decode more often than they should, so that no argument holds what would then lead elsewhere.
  if (hasDotSegment(text.replaceAll('\\', '/'))) take.refuse(name, 'it holds "." or ".." as a segment of a path');
  if (!isPath) return encodeURIComponent(text);
  if (text.split('/').includes('')) take.refuse(name, 'it holds an empty segment of a path');
  return text.split('/').map(encodeURIComponent).join('/');
}

function fillQuery(take: Take): string {
  const { spec, template, arguments: given, resolve } = take.filling;
  const pairs = Object.entries(spec.query ?? {}).flatMap(([key, value]) => {
    const name = typeof value === 'string' ? wholePlaceholder(value) : undefined;
    // An argument that may be left out leaves its part of the query out.
    if (name !== undefined && !given.has(name)) return [];
    const text = typeof value === 'string' ? fillText(value, { take, resolve }) : String(value);
    return [`${encodeURIComponent(key)}=${encodeURIComponent(text)}`];
  });
  if (pairs.length === 0) return '';
  const hasQuery = template.parts.some((part) => 'text' in part && part.text.includes('?'));
  return `${hasQuery ? '&' : '?'}${pairs.join('&')}`;
}

interface Text {
  readonly take: Take;
  readonly resolve: (text: string) => string;
}

function fillText(text: string, { take, resolve }: Text): string {
  return templateParts(text)
    .map((part) => ('text' in part ? resolve(part.text) : textOf(part.name, take)))
    .join('');
}

function fillHeader(text: string, take: Take): string {
  const { resolve } = take.filling;
  const parts = templateParts(text).map((part) => {
    if ('text' in part) return resolve(part.text);
    const value = textOf(part.name, take);
    if (!isHeaderValue(value))
      take.refuse(part.name, 'a header holds no line ends, and no characters outside of Latin-1');
    return value;
  });
  return parts.join('').trim();
}

function fillBody(value: unknown, text: Text): unknown {
  if (typeof value === 'string') {
    const name = wholePlaceholder(value);
    return name === undefined ? fillText(value, text) : text.take.filling.arguments.get(name);
  }
  if (Array.isArray(value)) return value.map((item: unknown) => fillBody(item, text) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillBody(item, text)]));
}
