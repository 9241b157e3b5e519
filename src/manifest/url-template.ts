import { canonicalAddress } from './addresses.ts';
import { templateParts, type TemplatePart } from './placeholders.ts';

export interface UrlTemplate {
  readonly protocol: 'http:' | 'https:';
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  readonly origin: string;
  readonly parts: readonly TemplatePart[];
}

export type ReadUrlTemplate =
  { readonly ok: true; readonly template: UrlTemplate } | { readonly ok: false; readonly reason: string };

const unusual = /[^\u0021-\u007E]|[\\#^|<>"`]|%(?![\da-f]{2})|%00/iu;

/**
 * Reads an address in which "{name}" takes an argument behind the host. `resolve` puts in what stands in the environment,
 * in which no placeholder is looked for.
 */
export function readUrlTemplate(written: string, resolve: (text: string) => string = (text) => text): ReadUrlTemplate {
  const parts = templateParts(written).map((part) => ('text' in part ? { text: resolve(part.text) } : part));
  const [first] = parts;
  const head = first !== undefined && 'text' in first ? first.text : '';
  const found = /^(?<protocol>https?:)\/\/(?<authority>[^/?#\\]*)(?<end>.?)/u.exec(head)?.groups;
  if (found === undefined) return refusal('it does not begin with "https://" or "http://" and a host');
  if (found['end'] === '' && parts.length > 1) return refusal('a placeholder cannot be a part of the host');
  const texts = parts.map((part) => ('text' in part ? part.text : 'x'));
  const reason = unfit(parts, texts);
  return reason === undefined ? toTemplate(parts, { texts, authority: found['authority'] ?? '' }) : refusal(reason);
}

function unfit(parts: readonly TemplatePart[], texts: readonly string[]): string | undefined {
  if (texts.some((text) => unusual.test(text))) {
    return 'it holds "#", "\\", a blank or another character that has to be percent-encoded';
  }
  if (/[{}]/u.test(texts.join(''))) return 'it holds a brace that is no part of a placeholder such as "{name}"';
  const isMisplaced = parts.some((part, index) => 'name' in part && part.isPath && isInQuery(parts, index));
  return isMisplaced ? '"{+name}" stands for segments of a path, not for a part of the query' : undefined;
}

/** True for a part behind the "?". */
export function isInQuery(parts: readonly TemplatePart[], index: number): boolean {
  return parts.slice(0, index).some((part) => 'text' in part && part.text.includes('?'));
}

interface Written {
  readonly texts: readonly string[];
  readonly authority: string;
}

function toTemplate(parts: readonly TemplatePart[], { texts, authority }: Written): ReadUrlTemplate {
  const text = texts.join('');
  if (authority.includes('@')) return refusal('it holds a user or a password; use "headers" for them');
  if (!URL.canParse(text)) return refusal('it is no address of the web');
  const url = new URL(text);
  // What the client would read differently from what is written: other spellings of addresses, capitals, encoded names.
  if (authority.replace(/:\d*$/u, '') !== url.hostname) {
    return refusal(`the host has to be written as the client reads it, "${url.hostname}"`);
  }
  if (url.hostname.endsWith('.')) return refusal('its host ends with a dot');
  const [path = ''] = text.slice(text.indexOf('//') + 2 + authority.length).split('?');
  if (hasDotSegment(path)) return refusal('its path holds a segment "." or ".."');
  const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
  return { ok: true, template: { protocol, ...hostOf(url), origin: url.origin, parts } };
}

/** The host of an address as permissions compare it, and the port it means. */
export function hostOf({ hostname, port, protocol }: URL): { readonly host: string; readonly port: number } {
  const bare = hostname.replace(/^\[(?<inner>.*)\]$/u, '$<inner>').replace(/\.$/u, '');
  const usual = protocol === 'https:' ? 443 : 80;
  return { host: canonicalAddress(bare) ?? bare, port: port === '' ? usual : Number(port) };
}

/** True for paths that a client or a server would shorten. */
export function hasDotSegment(path: string): boolean {
  return path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/iu.test(segment));
}

function refusal(reason: string): ReadUrlTemplate {
  return { ok: false, reason };
}
