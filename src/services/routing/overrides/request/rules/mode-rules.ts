import { donts, known, type OverrideDraft, type RequestRule } from './rule.ts';
import type { Captures, RequestNames } from '../pattern.ts';

const mode =
  (name: 'analysis_only' | 'dry_run'): RequestRule['read'] =>
  () => ({ kind: 'mode', payload: { mode: name } });

function readMode({ name }: Captures, names: RequestNames): OverrideDraft | undefined {
  const found = known(names.mode, name?.replaceAll('-', '_'));
  return found === undefined ? undefined : { kind: 'mode', payload: { mode: found } };
}

const what = ['anything|something at? all?', 'a thing', 'any|the|my files|file|code', 'code|files'];
const change = 'change|modify|edit|touch|alter';

/** "Only analyse", "don't change anything", "as a dry run". */
export const modeRules: readonly RequestRule[] = [
  {
    id: 'only_analyse',
    stands: 'first',
    says: ['only|just|merely analyse|analyze', 'i|we only|just want|need you to analyse|analyze'],
    read: mode('analysis_only'),
  },
  {
    id: 'analysis_only',
    stands: 'alone',
    says: [
      'analyse|analyze it|this? only',
      'analysis only',
      'analysis-only',
      'only|just an? analysis',
      'do|make only|just an? analysis',
      'i|we only|just want|need an analysis',
      'read only please?',
      'read-only please?',
    ],
    read: mode('analysis_only'),
  },
  {
    id: 'change_nothing',
    stands: 'alone',
    says: [
      ...what.flatMap((it) => donts(`actually? ${change} ${it} yet|please? for? now?`)),
      'change|modify|edit|touch nothing',
      'make no changes|edits|modifications at? all?',
      'make no changes|edits|modifications to anything|files|code',
      ...donts('make any? changes|edits|modifications yet|please? at? all? for? now?'),
      ...donts('make any? changes|edits|modifications to anything|files|code'),
      'leave everything|all unchanged|untouched|alone',
      'leave everything as it is',
      'look but do not touch',
      "look but don't touch",
    ],
    read: mode('analysis_only'),
  },
  {
    id: 'no_changes',
    stands: 'alone',
    says: ['no changes|edits|modifications at? all? please?'],
    read: mode('analysis_only'),
  },
  {
    id: 'without_changes',
    stands: 'last',
    says: ['without changing|modifying|editing|touching anything', 'without making? any changes', 'in read-only mode'],
    read: mode('analysis_only'),
  },
  {
    id: 'dry_run',
    stands: 'first',
    says: [
      'do|make|perform a dry run',
      'do|make|perform a dry-run',
      'make it|this a dry run',
      'make it|this a dry-run',
      'dry-run this|it|everything',
      'run|do this|it|everything in dry run mode',
      'run|work|stay in dry run mode',
      'use dry run mode',
    ],
    read: mode('dry_run'),
  },
  {
    id: 'dry_run_alone',
    stands: 'alone',
    says: [
      'only|just a? dry run',
      'only|just a? dry-run',
      'dry run only? please?',
      'dry-run only? please?',
      'this is a dry run',
      'this is a dry-run',
    ],
    read: mode('dry_run'),
  },
  { id: 'as_dry_run', stands: 'last', says: ['as a dry run', 'as a dry-run'], read: mode('dry_run') },
  {
    id: 'not_really',
    stands: 'first',
    says: [
      ...donts('actually|really run|execute|do|change|apply|perform it|this|that|anything|them'),
      'only|just simulate it|this|that|everything',
      'only|just show|tell|say me? what you would|will do|change',
    ],
    read: mode('dry_run'),
  },
  {
    id: 'in_mode',
    stands: 'first',
    says: [
      'work|run|stay|go|operate in <name> mode',
      'run|do this|it|everything in <name> mode',
      'use <name> mode',
      'use the <name> mode',
    ],
    read: readMode,
  },
];
