import type { PermissionsSpec } from '../../../manifest/index.ts';
import { denied, fail } from '../failures.ts';

export interface Reaching {
  readonly server: string;
  /** As it is declared, for whoever reads of it. */
  readonly declared: string;
  readonly network: PermissionsSpec['network'];
  readonly resolve: (text: string) => string;
}

/** Throws the denial of an address whose host the engine does not list. */
export function requireReach(address: URL, { server, declared, network, resolve }: Reaching): void {
  const { hostname, port, protocol } = address;
  const usualPort = protocol === 'https:' ? '443' : '80';
  const names = new Set([`${hostname}:${port === '' ? usualPort : port}`, ...(port === '' ? [hostname] : [])]);
  const isListed = (hosts: readonly string[], more: readonly string[] = []): boolean =>
    hosts.some((host) => names.has(resolve(host).toLowerCase()) || more.includes(resolve(host).toLowerCase()));
  const start = `The MCP server "${server}" may not be asked at "${declared}"`;
  if (isListed(network?.deny ?? [], [hostname])) {
    const rule = 'permissions.network.deny';
    fail(denied(`${start}: its host is denied (rule ${rule}).`, { rule, level: 'engine' }));
  }
  if (isListed(network?.allow ?? [])) return;
  const rule = 'permissions.network.allow';
  fail(
    denied(
      `${start}: its host is not listed (rule ${rule}).`,
      { rule, level: 'engine' },
      `Add its host, and its port if it has one, to engine.${rule}.`,
    ),
  );
}
