import { isInRange, isPublicAddress, readAddressRange, type AddressRange } from './addresses.ts';

/** One entry of a list of hosts. */
export interface HostPattern {
  /** Without a port an entry stands for the usual ones, 80 and 443. */
  readonly port: number | 'any' | 'usual';
  readonly host: HostName | AddressRange;
}

export interface HostName {
  readonly name: string;
  readonly matches: RegExp;
}

export type ReadHostPattern =
  { readonly ok: true; readonly pattern: HostPattern } | { readonly ok: false; readonly reason: string };

export interface HostAndPort {
  /** A name in lower case, or an address in its canonical spelling, without brackets. */
  readonly host: string;
  readonly port: number;
}

const usualPorts: ReadonlySet<number> = new Set([80, 443]);
const mostStars = 3;
const writtenName = /^(?:\*|(?:\*\.)?[a-z0-9_*-]+(?:\.[a-z0-9_*-]+)*)$/u;
const writtenPort = /^(?<host>[^:]*|\[[^\]]*\]):(?<port>\d{1,5}|\*)$/u;

/**
 * Reads "api.github.com", "*.example.org", "localhost:8080", "10.0.0.0/8", "[::1]:8080". A leading "*." stands for one or
 * more labels, any other "*" for a part of one, "*" alone for every name and public address.
 */
export function readHostPattern(text: string): ReadHostPattern {
  const written = writtenPort.exec(text)?.groups ?? { host: text };
  const { host = '', port: writtenPortNumber } = written;
  const port = readPort(writtenPortNumber);
  if (port === undefined) return { ok: false, reason: `"${writtenPortNumber}" is no port` };
  const range = readAddressRange(host.replace(/^\[(?<inner>.*)\]$/u, '$<inner>'));
  if (range !== undefined) return { ok: true, pattern: { port, host: range } };
  const reason = unfit(host);
  if (reason !== undefined) return { ok: false, reason };
  const name = host.toLowerCase();
  return { ok: true, pattern: { port, host: { name, matches: toRegExp(name) } } };
}

/** True when the entry stands for the host and its port. */
export function matchesHost({ host, port }: HostAndPort, pattern: HostPattern): boolean {
  if (!matchesPort(port, pattern)) return false;
  if ('bits' in pattern.host) return isInRange(host, pattern.host);
  return pattern.host.matches.test(host) && (pattern.host.name === '*' || readAddressRange(host) === undefined);
}

export function matchesPort(port: number, pattern: HostPattern): boolean {
  if (pattern.port === 'usual') return usualPorts.has(port);
  return pattern.port === 'any' || pattern.port === port;
}

/** True when every host that the inner entry stands for is one of the outer entry. */
export function coversHosts(outer: HostPattern, inner: HostPattern): boolean {
  const isPortCovered =
    inner.port === outer.port ||
    outer.port === 'any' ||
    (outer.port === 'usual' && typeof inner.port === 'number' && usualPorts.has(inner.port));
  if (!isPortCovered) return false;
  if ('name' in inner.host) return 'name' in outer.host && outer.host.matches.test(inner.host.name);
  const { address, bits } = inner.host;
  if ('name' in outer.host) return outer.host.name === '*' && isPublicAddress(address);
  return bits >= outer.host.bits && isInRange(address, outer.host);
}

function readPort(text: string | undefined): HostPattern['port'] | undefined {
  if (text === undefined) return 'usual';
  if (text === '*') return 'any';
  const port = Number(text);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function unfit(host: string): string | undefined {
  if (/[^\u0021-\u007E]/u.test(host)) return 'a name is written in ASCII, others in their form "xn--"';
  if (host.includes('/') && !/^[\d.:a-f[\]]+\/\d+$/iu.test(host)) return 'it is no host, but more of an address';
  if (host.length > 253 || !writtenName.test(host.toLowerCase())) return 'it is no name, address or range of addresses';
  // "127.1", "0x7f000001" and "2130706433" are addresses to a client, and names to whoever compares texts.
  if (/(?:^|\.)(?:\d+|0x[\da-f]*)$/iu.test(host)) return 'an address is written as four numbers, such as 127.0.0.1';
  if (host.split('*').length - 1 > mostStars || host.includes('**')) return `it has more than ${mostStars} "*"`;
  return undefined;
}

function toRegExp(name: string): RegExp {
  if (name === '*') return /^.+$/u;
  const [lead, rest] = name.startsWith('*.') ? [String.raw`(?:[^.]+\.)+`, name.slice(2)] : ['', name];
  const labels = rest.replaceAll('.', String.raw`\.`).replaceAll('*', '[^.]*');
  return new RegExp(`^${lead}${labels}$`, 'u');
}
