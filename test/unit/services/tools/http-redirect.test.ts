import { expect, it } from 'vitest';
import { failureOf } from '../../../../src/errors/index.ts';
import { redirected } from '../../../../src/services/tools/http/redirect.ts';

const hop = { url: new URL('https://api.example.org/v1/'), method: 'GET', headers: { authorization: 'x' } };
const answer = (location: string) => ({ status: 302, headers: { location }, body: Buffer.alloc(0) });

function refusedBy(location: string): unknown {
  try {
    return redirected(hop, answer(location), 'ask').url.href;
  } catch (error) {
    return failureOf(error)?.details?.['rule'];
  }
}

it('never leads from https to http, also at the same host', () => {
  expect(refusedBy('http://api.example.org/v1/')).toBe('always: redirects stay encrypted');
});

it('leads on from where it was, and leaves a fragment behind', () => {
  expect(refusedBy('../v2?a=b#c')).toBe('https://api.example.org/v2?a=b');
});

it.each([
  ['https://api.example.org:443/b', true],
  ['https://api.example.org:8443/b', false],
  ['https://www.example.org/b', false],
])('to %s takes secrets along: %s', (location, isSame) => {
  expect(redirected(hop, answer(location), 'ask').headers).toEqual(isSame ? hop.headers : {});
});
