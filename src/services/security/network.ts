import { EngineError } from '../../errors/index.ts';
import {
  canonicalAddress,
  isLoopback,
  isPublicAddress,
  matchesHost,
  matchesPort,
  namesSpecial,
  readHostPattern,
  type HostPattern,
} from '../../manifest/index.ts';
import { refusal, type LevelPlace, type PermissionKind, type Verdict } from './permission-kind.ts';

/** A connection that is wanted; asked for anew for every redirect. */
export interface NetworkRequest {
  readonly kind: 'network';
  /** In lower case, without brackets and without a dot at its end. */
  readonly host: string;
  readonly port: number;
  /** Where the host really is, as soon as that is known. */
  readonly address?: string;
}

/** Hosts that one level allows and denies. */
export interface NetworkRules {
  /** Where its lists are declared. */
  readonly rules: { readonly allow: string; readonly deny: string };
  readonly hint: string;
  /** Absent where the level leaves it to those above. */
  readonly allow?: readonly PermittedHost[];
  readonly deny: readonly PermittedHost[];
}

export interface PermittedHost extends HostPattern {
  /** As the manifest writes it. */
  readonly declared: string;
}

/** Give credentials of the machine to whoever asks; no pattern with a "*" means them. */
const metadataNames: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'instance-data',
  'instance-data.ec2.internal',
]);

export const networkKind: PermissionKind<NetworkRequest, NetworkRules> = {
  async resolve({ network }, level) {
    const allow = network?.allow ?? (level.isClosed ? [] : undefined);
    const deny = network?.deny ?? [];
    if (allow === undefined && deny.length === 0) return await Promise.resolve(undefined);
    const rules = networkRules(`${level.place}.network.allow`, { ...(allow !== undefined && { allow }), deny }, level);
    const denying = { allow: rules.rules.allow, deny: `${level.place}.network.deny` };
    return { ...rules, rules: denying, hint: `Add the host to ${level.written}.network.allow.` };
  },

  refusedAlways({ host, port, address }) {
    const isHostName = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/u.test(host) && !/(?:^|\.)(?:\d+|0x[\da-f]*)$/u.test(host);
    const isAddress = canonicalAddress(host) === host;
    const isPort = Number.isInteger(port) && port > 0 && port <= 65_535;
    const isKnown = address === undefined || canonicalAddress(address) !== undefined;
    if ((isHostName || isAddress) && isPort && isKnown) return undefined;
    return refusal('always: hosts are read first', 'it is no host and port as a client reads them');
  },

  judge({ host, port, address }, rules) {
    const real = canonicalAddress(address ?? host);
    return (
      judgeName({ host, port }, rules) ??
      (real === undefined ? undefined : judgeAddress({ host, port, real }, rules)) ??
      allowedBy(rules)
    );
  },
};

/** Rules of one list; `rule` is where it is declared. */
export function networkRules(
  rule: string,
  lists: { readonly allow?: readonly string[]; readonly deny: readonly string[] },
  { resolve }: Pick<LevelPlace, 'resolve'>,
): NetworkRules {
  const read = (declared: string): PermittedHost => permittedHost(declared, { rule, resolve });
  // Without a port nothing of a host may be reached.
  const readDenied = (declared: string): PermittedHost => {
    const host = read(declared);
    return host.port === 'usual' ? { ...host, port: 'any' } : host;
  };
  return {
    rules: { allow: rule, deny: rule },
    hint: `Add the host to ${rule}.`,
    ...(lists.allow !== undefined && { allow: lists.allow.map(read) }),
    deny: lists.deny.map(readDenied),
  };
}

function judgeName(target: { readonly host: string; readonly port: number }, rules: NetworkRules): Verdict | undefined {
  const denied = rules.deny.find((pattern) => matchesHost(target, pattern));
  if (denied !== undefined) return refusal(rules.rules.deny, `"${denied.declared}" denies it`);
  if (rules.allow === undefined) return undefined;
  const allowed = rules.allow.filter((pattern) => matchesHost(target, pattern));
  if (allowed.length === 0) return refusal(rules.rules.allow, otherwise(rules.allow), rules.hint);
  if (!metadataNames.has(target.host) || allowed.some((pattern) => isName(pattern, target.host))) return undefined;
  return refusal('always: metadata', 'it gives away credentials of the machine', 'List it by its whole name.');
}

interface RealTarget {
  readonly host: string;
  readonly port: number;
  readonly real: string;
}

/** A name may stand for any address, so that of an address that is not public has to be listed as such. */
function judgeAddress({ host, port, real }: RealTarget, rules: NetworkRules): Verdict | undefined {
  const denied = rules.deny.find((pattern) => matchesHost({ host: real, port }, pattern));
  if (denied !== undefined) return refusal(rules.rules.deny, `its address ${real} is denied by "${denied.declared}"`);
  if (rules.allow === undefined || isPublicAddress(real)) return undefined;
  const isListed = rules.allow.some(
    (pattern) =>
      matchesPort(port, pattern) &&
      ('bits' in pattern.host
        ? namesSpecial(real, pattern.host)
        : host === 'localhost' && isName(pattern, host) && isLoopback(real)),
  );
  if (isListed) return undefined;
  const reason = `its address ${real} is not of the public internet, and is not listed`;
  const written = real.includes(':') ? `[${real}]:${port}` : `${real}:${port}`;
  return refusal('always: addresses that are not public', reason, `${rules.hint} Here that is "${written}".`);
}

function isName({ host }: HostPattern, name: string): boolean {
  return 'name' in host && host.name === name;
}

function allowedBy({ rules, allow }: NetworkRules): Verdict | undefined {
  return allow === undefined ? undefined : { allowed: true, rule: rules.allow, reason: 'it is listed' };
}

function otherwise(allow: readonly PermittedHost[]): string {
  if (allow.length === 0) return 'no host is permitted';
  return `only ${allow.map(({ declared }) => `"${declared}"`).join(', ')} may be reached`;
}

function permittedHost(
  declared: string,
  { rule, resolve }: { rule: string } & Pick<LevelPlace, 'resolve'>,
): PermittedHost {
  const read = readHostPattern(resolve(declared));
  if (read.ok) return { declared, ...read.pattern };
  const message = `The host "${declared}" cannot be used: ${read.reason}.`;
  throw new EngineError('MANIFEST_VALUE_INVALID', message, { hint: `Correct it in ${rule}.` });
}
