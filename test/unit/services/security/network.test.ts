import { describe, expect, it } from 'vitest';
import type { PermissionsSpec } from '../../../../src/manifest/index.ts';
import {
  checkPermission,
  narrow,
  resolveLevel,
  resolvePolicy,
  type PermissionPolicy,
} from '../../../../src/services/security/index.ts';

const places = { projectDirectory: '/project', stateDirectory: '.state', resolve: (text: string) => text };

async function policyOf(...[network, below]: readonly PermissionsSpec['network'][]): Promise<PermissionPolicy> {
  const policy = await resolvePolicy(network === undefined ? {} : { network }, places);
  if (below === undefined) return policy;
  const place = 'agents.judge.permissions';
  return narrow(policy, [await resolveLevel({ name: 'agent', place, permissions: { network: below } }, places)]);
}

function rule(policy: PermissionPolicy, host: string, [port = 443, address]: readonly [number?, string?] = []): string {
  const where = address === undefined ? {} : { address };
  const decision = checkPermission({ kind: 'network', host, port, ...where }, policy);
  return decision.allowed ? 'allowed' : decision.rule;
}

const publicAddress = '93.184.215.14';
const special = 'always: addresses that are not public';

it('allows nothing that no level lists', async () => {
  expect(rule(await policyOf(), 'api.example.org')).toBe('permissions.network.allow');
});

it('says which level decided, by which rule, and what to change', async () => {
  const policy = await policyOf({ allow: ['*.example.org'] }, { allow: ['a.example.org'] });
  expect(checkPermission({ kind: 'network', host: 'b.example.org', port: 443 }, policy)).toEqual({
    allowed: false,
    level: 'agent',
    rule: 'agents.judge.permissions.network.allow',
    reason: 'only "a.example.org" may be reached',
    hint: 'Add the host to agents.judge.permissions.network.allow.',
  });
  expect(rule(policy, 'a.example.org')).toBe('allowed');
  expect(rule(policy, 'a.example.net')).toBe('permissions.network.allow');
});

it('denies what is allowed too, by name and by address, at every port', async () => {
  const policy = await policyOf({ allow: ['*:*'] }, { deny: ['*.internal', '93.184.0.0/16', 'api.example.org:81'] });
  const denied = 'agents.judge.permissions.network.deny';
  expect(rule(policy, 'a.internal', [8080])).toBe(denied);
  expect(rule(policy, 'api.example.org', [443, publicAddress])).toBe(denied);
  expect(rule(policy, publicAddress)).toBe(denied);
  expect(rule(policy, 'api.example.org', [81])).toBe(denied);
  expect(rule(policy, 'api.example.org', [443, '93.185.0.1'])).toBe('allowed');
});

describe('an address that is not public', () => {
  it('may be reached where every level lists it as an address, at the port that is listed', async () => {
    const policy = await policyOf({ allow: ['wiki.corp', '10.0.0.0/8', '[fd00:1::]:8443'] });
    expect(rule(policy, 'wiki.corp', [443, '10.1.2.3'])).toBe('allowed');
    expect(rule(policy, '10.1.2.3')).toBe('allowed');
    expect(rule(policy, 'wiki.corp', [443, '192.168.0.1'])).toBe(special);
    expect(rule(policy, 'fd00:1::', [8443])).toBe('allowed');
    expect(rule(policy, 'fd00:1::', [443])).toBe('permissions.network.allow');
    const narrowed = await policyOf({ allow: ['wiki.corp', '10.0.0.0/8'] }, { allow: ['wiki.corp'] });
    expect(rule(narrowed, 'wiki.corp', [443, '10.1.2.3'])).toBe(special);
  });

  it('may be loopback for "localhost", and nothing else may', async () => {
    const policy = await policyOf({ allow: ['localhost:8080', 'api.example.org:8080'] });
    expect(rule(policy, 'localhost', [8080, '127.0.0.1'])).toBe('allowed');
    expect(rule(policy, 'localhost', [8080, '::1'])).toBe('allowed');
    expect(rule(policy, 'localhost', [8080, '10.0.0.1'])).toBe(special);
    expect(rule(policy, 'api.example.org', [8080, '127.0.0.1'])).toBe(special);
    expect(rule(policy, '127.0.0.1', [8080])).toBe('permissions.network.allow');
  });

  it('is not meant by a range that is of another kind, or stands for everything', async () => {
    const policy = await policyOf({ allow: ['0.0.0.0/0', '::/0', '*', '126.0.0.0/7'] });
    expect(rule(policy, '127.0.0.1')).toBe(special);
    expect(rule(policy, '0.0.0.0')).toBe(special);
    expect(rule(policy, '::')).toBe(special);
    expect(rule(policy, publicAddress)).toBe('allowed');
  });
});

it('does not take a pattern for a host with metadata of the machine', async () => {
  const host = 'metadata.google.internal';
  expect(rule(await policyOf({ allow: ['*', '*.google.internal'] }), host)).toBe('always: metadata');
  expect(rule(await policyOf({ allow: ['*', host] }), host)).toBe('allowed');
  expect(rule(await policyOf({ allow: [host] }), host, [443, '169.254.169.254'])).toBe(special);
  expect(rule(await policyOf({ allow: [host, '169.254.169.254'] }), host, [443, '169.254.169.254'])).toBe('allowed');
});

it.each([
  ['API.example.org', 443],
  ['api.example.org.', 443],
  ['a..b', 443],
  ['', 443],
  ['127.1', 443],
  ['2130706433', 443],
  ['0x7f.0x1', 443],
  ['[::1]', 443],
  ['0:0:0:0:0:0:0:1', 443],
  ['a/b', 443],
  ['api.example.org', 0],
  ['api.example.org', 65_536],
])('takes %j with the port %j for no host at all', async (host, port) => {
  expect(rule(await policyOf({ allow: ['*:*'] }), host, [port])).toBe('always: hosts are read first');
});

it('takes an address that it cannot read for none that may be reached', async () => {
  expect(rule(await policyOf({ allow: ['*'] }), 'api.example.org', [443, 'somewhere'])).toBe(
    'always: hosts are read first',
  );
});

it('refuses to load a list that it cannot read', async () => {
  await expect(policyOf({ allow: ['https://api.example.org'] })).rejects.toMatchObject({
    code: 'MANIFEST_VALUE_INVALID',
    hint: 'Correct it in permissions.network.allow.',
  });
});
