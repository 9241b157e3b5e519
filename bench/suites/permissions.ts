import { checkPermission, narrow, resolveLevel, resolvePolicy } from '../../src/services/security/index.ts';
import type { PermissionRequest } from '../../src/services/security/index.ts';
import { measure } from '../support/measure.ts';
import type { Case, Suite } from '../support/suite.ts';

const rounds = 1_000;

/** Four levels, each with as many roots as the size says; what is asked for fits the last of them alone. */
function caseOf(request: PermissionRequest, allowed: boolean): Case {
  return {
    measure: async ({ size }) => {
      const places = { projectDirectory: '/project', stateDirectory: '.state', resolve: (written: string) => written };
      const roots = Array.from({ length: size }, (_, at) => (at % 2 === 0 ? `src/${at}` : `lib/${at}/**/*.ts`));
      const lines = roots.map((_, at) => `npm run job-${at} *`);
      const permissions = {
        filesystem: { read: [...roots, 'docs'], write: [...roots, 'docs'] },
        commands: { allow: [...lines, 'npm test'] },
      };
      const below = await Promise.all(
        (['tool', 'agent', 'task'] as const).map(
          async (name) => await resolveLevel({ name, place: name, permissions }, places),
        ),
      );
      const policy = narrow(await resolvePolicy(permissions, places), below);
      if (checkPermission(request, policy).allowed !== allowed) throw new Error('The check decided otherwise.');
      const { cpuUs, wallUs } = await measure(rounds, () => {
        for (let round = 0; round < rounds; round += 1) checkPermission(request, policy);
      });
      return { cpu: cpuUs, wall: wallUs };
    },
  };
}

/** What a tool pays for being asked whether it may, with permissions at engine, tool, agent and task. */
export const permissions: Suite = {
  title: 'Permission checks through four levels',
  counts: 'entries in each list',
  sizes: [1, 10, 100],
  quickSizes: [1, 10],
  figures: { cpu: 'CPU µs per check', wall: 'wall µs per check' },
  cases: {
    'a file, allowed': caseOf({ kind: 'filesystem', access: 'write', path: '/project/docs/a/b/c.md' }, true),
    'a file, refused': caseOf({ kind: 'filesystem', access: 'write', path: '/elsewhere/a.md' }, false),
    'a command, allowed': caseOf({ kind: 'command', argv: ['npm', 'test'] }, true),
    'a command, refused': caseOf({ kind: 'command', argv: ['rm', '-rf', '/'] }, false),
  },
};
