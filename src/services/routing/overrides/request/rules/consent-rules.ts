import { donts, type RequestRule } from './rule.ts';

const skipConsent: RequestRule['read'] = () => ({ kind: 'safety', payload: { skip_checks: ['consent'] } });

/** What would have tools run without a person being asked. */
export const consentRules: readonly RequestRule[] = [
  {
    id: 'skip_consent',
    stands: 'first',
    says: [
      'skip all|the|any|your? checks|confirmations|approvals|consent',
      ...donts('ask me? for confirmation|approval|permission|consent'),
      ...donts('ask me? before running|using anything|tools'),
      'run all|the tools without asking',
    ],
    read: skipConsent,
  },
  {
    id: 'without_asking',
    stands: 'last',
    says: ['without asking me? for confirmation|approval|permission|consent', 'without asking me?'],
    read: skipConsent,
  },
];
