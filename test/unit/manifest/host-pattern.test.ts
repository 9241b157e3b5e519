import { describe, expect, it } from 'vitest';
import { coversHosts, matchesHost, readHostPattern, type HostPattern } from '../../../src/manifest/index.ts';

function patternOf(text: string): HostPattern {
  const read = readHostPattern(text);
  if (!read.ok) throw new Error(read.reason);
  return read.pattern;
}

const matches = (text: string, host: string, port = 443): boolean => matchesHost({ host, port }, patternOf(text));
const covers = (outer: string, inner: string): boolean => coversHosts(patternOf(outer), patternOf(inner));

describe('an entry of a list of hosts', () => {
  it.each([
    ['api.example.org', 'api.example.org', 443],
    ['api.example.org', 'api.example.org', 80],
    ['API.Example.org', 'api.example.org', 443],
    ['*.example.org', 'a.b.example.org', 443],
    ['api-*.example.org', 'api-eu.example.org', 443],
    ['a.*.example.org', 'a.b.example.org', 443],
    ['*', 'example.org', 443],
    ['*', '93.184.215.14', 443],
    ['*:*', 'example.org', 1],
    ['localhost:8080', 'localhost', 8080],
    ['10.0.0.0/8', '10.255.0.1', 443],
    ['[::1]:8080', '::1', 8080],
    ['::1', '::1', 443],
    ['fd00::/8', 'fd12::1', 443],
    ['[fd00::/8]:81', 'fd12::1', 81],
    ['::ffff:10.0.0.1', '10.0.0.1', 443],
  ])('%s stands for %s:%i', (text, host, port) => {
    expect(matches(text, host, port)).toBe(true);
  });

  it.each([
    ['api.example.org', 'api.example.org', 8443],
    ['api.example.org', 'evil-api.example.org', 443],
    ['api.example.org', 'api.example.org.evil.net', 443],
    ['api.example.org', 'apixexample.org', 443],
    ['*.example.org', 'example.org', 443],
    ['*.example.org', 'evilexample.org', 443],
    ['*.example.org', '.example.org', 443],
    ['api-*.example.org', 'api-a.b.example.org', 443],
    ['*.1', '127.0.0.1', 443],
    ['10.0.0.0/8', '11.0.0.1', 443],
    ['10.0.0.0/8', 'example.org', 443],
    ['::/0', '10.0.0.1', 443],
    ['0.0.0.0/0', '::1', 443],
  ])('%s does not stand for %s:%i', (text, host, port) => {
    expect(readHostPattern(text).ok && matches(text, host, port)).toBe(false);
  });

  it.each([
    'https://api.example.org',
    'api.example.org/v1',
    'api.example.org.',
    'a..b',
    'a b',
    '',
    'аpi.example.org',
    '127.1',
    '0x7f.0.0.1',
    '010.0.0.1',
    '2130706433',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::1/129',
    '::ffff:10.0.0.0/96',
    'fe80::1%eth0',
    'a:0',
    'a:65536',
    'a:b',
    '**.example.org',
    'a*b*c*d*.example.org',
    'user@example.org',
    '[example.org]',
  ])('cannot be %j', (text) => {
    expect(readHostPattern(text).ok).toBe(false);
  });
});

describe('a list that narrows another', () => {
  it.each([
    ['*.example.org', 'a.example.org'],
    ['*.example.org', '*.a.example.org'],
    ['*.example.org', '*.example.org'],
    ['*', '*.example.org'],
    ['*', '93.184.215.14'],
    ['*:*', 'a:1'],
    ['a', 'a:443'],
    ['a:*', 'a'],
    ['10.0.0.0/8', '10.1.0.0/16'],
    ['10.0.0.0/8:*', '10.1.2.3:81'],
  ])('may take %s and write %s', (outer, inner) => {
    expect(covers(outer, inner)).toBe(true);
  });

  it.each([
    ['a.example.org', '*.example.org'],
    ['a-*.example.org', '*.example.org'],
    ['*.a.example.org', '*.example.org'],
    ['*.example.org', 'example.org'],
    ['*.example.org', '*'],
    ['*', '10.0.0.1'],
    ['a', 'a:81'],
    ['a', 'a:*'],
    ['a:443', 'a'],
    ['10.1.0.0/16', '10.0.0.0/8'],
    ['10.0.0.0/8', '0.0.0.0/0'],
    ['10.0.0.0/8', 'a'],
    ['*.org', '10.0.0.1'],
  ])('may not take %s and write %s', (outer, inner) => {
    expect(covers(outer, inner)).toBe(false);
  });
});
