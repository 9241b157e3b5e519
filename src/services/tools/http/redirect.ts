import type { Failure } from '../../../errors/index.ts';
import { denied, fail, quote } from '../failures.ts';
import { brokenRedirect } from './answer-failures.ts';
import type { Answer, Hop } from './hop.ts';
import { harmlessHeaders } from './wire-headers.ts';

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export const mostRedirects = 5;

export function isRedirect({ status }: Answer): boolean {
  return redirects.has(status);
}

/** The request that a redirect asks for (RFC 9110, 15.4). Throws the failure of one that may not be followed. */
export function redirected(hop: Hop, answer: Answer, tool: string): Hop {
  const url = locationOf(hop, answer, tool);
  const isAway = url.origin !== hop.url.origin;
  const headers = isAway ? harmlessHeaders(hop.headers) : hop.headers;
  if (becomesGet(hop.method, answer.status)) {
    const { 'content-type': _type, 'idempotency-key': _key, ...left } = headers;
    return { url, method: 'GET', headers: left };
  }
  if (isAway && hop.body !== undefined) return fail(leavingBody(tool));
  return { ...hop, url, headers };
}

function becomesGet(method: string, status: number): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return status === 303 || (method === 'POST' && (status === 301 || status === 302));
}

function locationOf({ url }: Hop, { status, headers }: Answer, tool: string): URL {
  const { location } = headers;
  if (location === undefined || !URL.canParse(location, url.href)) {
    return fail(brokenRedirect(tool, `The server answered with status ${status} and no address to go on to.`));
  }
  const target = new URL(location, url);
  const refuse = (rule: string, reason: string): never =>
    fail(denied(`Tool "${tool}" may not follow the redirect to ${quote(target.origin)}: ${reason}.`, rule));
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    return refuse('always: http and https alone', `${quote(target.protocol)} is no protocol of a request`);
  }
  if (url.protocol === 'https:' && target.protocol === 'http:') {
    return refuse('always: redirects stay encrypted', 'it leads from https to http');
  }
  if (target.username !== '' || target.password !== '') {
    return refuse('always: no user in an address', 'it holds a user or a password');
  }
  target.hash = '';
  return target;
}

/** What an argument or a secret put into the body is meant for the origin that the manifest names. */
function leavingBody(tool: string): Failure {
  const message = `Tool "${tool}" may not follow a redirect to another origin: it would take the body of the request along.`;
  return denied(message, 'always: bodies stay at their origin');
}
