import { donts, speak, type RequestRule } from './rule.ts';

const verbosity =
  (level: 'brief' | 'normal' | 'detailed'): RequestRule['read'] =>
  () => ({ kind: 'verbosity', payload: { level } });

const short = 'brief|concise|terse|succinct|short';
const long = 'detailed|thorough|exhaustive|comprehensive|verbose';

/** "Be brief", "in detail". */
export const verbosityRules: readonly RequestRule[] = [
  {
    id: 'be_brief',
    stands: 'first',
    says: [
      `be very|more|really? ${short}`,
      `be as ${short} as possible`,
      `keep it|this|things very? ${short}`,
      'make it brief|concise|succinct',
      `keep the|your|all answer|answers|reply|report|output|explanation|explanations ${short}`,
      `${speak} briefly|concisely|tersely`,
      `briefly ${speak}`,
      'give me a short|brief answer|summary|reply',
    ],
    read: verbosity('brief'),
  },
  {
    id: 'brief_alone',
    stands: 'alone',
    says: [
      'short|brief|concise answer|answers|reply only? please?',
      'briefly please?',
      'no long explanations',
      'in a few words',
      'in one|two|three sentence|sentences',
      'the short version please?',
    ],
    read: verbosity('brief'),
  },
  {
    id: 'brief_end',
    stands: 'last',
    says: [
      'in a few words',
      'in one|two|three sentence|sentences',
      'as briefly as possible',
      'as concisely as possible',
    ],
    read: verbosity('brief'),
  },
  {
    id: 'not_long',
    stands: 'first',
    says: donts('be so|too|overly? verbose|long|long-winded|wordy|chatty'),
    read: verbosity('brief'),
  },
  {
    id: 'be_detailed',
    stands: 'first',
    says: [
      `be very|more|really? ${long}`,
      'go into great|more|full? detail',
      `${speak} it|this|that|everything|me? in great|full|more? detail`,
      'give me all|more|full? the? details',
      'be as detailed as possible',
    ],
    read: verbosity('detailed'),
  },
  {
    id: 'detailed_end',
    stands: 'last',
    says: ['in detail', 'in great|full|more detail', 'with all the? details'],
    read: verbosity('detailed'),
  },
  { id: 'not_short', stands: 'first', says: donts('be so|too|overly terse|brief|short'), read: verbosity('detailed') },
  {
    id: 'normal_length',
    stands: 'last',
    says: ['at normal|usual length', 'in normal|usual length'],
    read: verbosity('normal'),
  },
];
