import type { OverrideSpec } from '../../../../../manifest/index.ts';
import { donts, type RequestRule } from './rule.ts';

const remember =
  (scope: OverrideSpec['scope']): RequestRule['read'] =>
  ({ rest = '' }) =>
    rest === '' ? undefined : { kind: 'memory', scope, payload: { remember: rest } };

/** "Remember that …", also for other projects, or for this task alone. */
export const memoryRules: readonly RequestRule[] = [
  {
    id: 'remember',
    stands: 'first',
    takesRest: true,
    says: [
      'remember that',
      'remember this',
      'always remember that?',
      'keep in mind that',
      'from now on',
      'for the future',
      'remember for|in this project that',
      ...donts('forget that'),
    ],
    read: remember('project'),
  },
  {
    id: 'remember_everywhere',
    stands: 'first',
    takesRest: true,
    says: [
      'remember for|in all my? projects that',
      'remember everywhere|globally that',
      'always remember everywhere|globally that',
      'remember for every project that',
    ],
    read: remember('global'),
  },
  {
    id: 'remember_here',
    stands: 'first',
    takesRest: true,
    says: ['remember for|in this task that', 'remember for now that', 'remember for this run that'],
    read: remember('task'),
  },
];
