import type { MostPerRun, PathFacts, UnhandledFailure } from '../testing/index.ts';
import { costText } from './text/format-values.ts';

export interface FactBlock {
  readonly title: string;
  readonly rows: readonly { readonly name?: string; readonly text: string }[];
}

/** What is known of a pipeline before anything has run, as text. */
export function pathFactBlocks(facts: PathFacts): readonly FactBlock[] {
  return [
    { title: 'The most that one run can do', rows: limitsOf(facts) },
    { title: 'Failures that no edge takes', rows: unhandledRows(facts.unhandled_failures) },
  ];
}

function limitsOf({ tools, ...facts }: PathFacts): FactBlock['rows'] {
  return [
    ...worstCaseRows(facts),
    { name: 'tools', text: toolsText(tools.normal) },
    { name: '  analysis_only', text: toolsText(tools.analysis_only) },
    { name: '  dry_run', text: toolsText(tools.dry_run) },
  ];
}

/** The most that models can come to in one run. */
export function worstCaseRows({
  model_calls: calls,
  tokens,
  cost_usd: cost,
}: Pick<PathFacts, 'model_calls' | 'tokens' | 'cost_usd'>): readonly {
  readonly name: string;
  readonly text: string;
}[] {
  return [
    { name: 'model calls', text: mostText(calls, numberText) },
    {
      name: 'tokens',
      text:
        tokens === undefined
          ? 'unknown: a model or an agent declares no sizes'
          : `${mostText(tokens.input, numberText)} in, ${mostText(tokens.output, numberText)} out`,
    },
    {
      name: 'cost',
      text: cost === undefined ? 'unknown: a model declares no price or no sizes' : mostText(cost, costText),
    },
  ];
}

function numberText(value: number): string {
  return value.toLocaleString('en');
}

function mostText({ most, is_exact: isExact }: MostPerRun, textOf: (value: number) => string): string {
  if (most === null) return 'without bound: a list may have any length';
  return isExact ? textOf(most) : `${textOf(most)} or less`;
}

function toolsText({ run, depends }: PathFacts['tools']['normal']): string {
  const parts = [
    ...(run.length === 0 ? [] : [run.join(', ')]),
    ...(depends.length === 0 ? [] : [`if their code says that it is harmless: ${depends.join(', ')}`]),
  ];
  return parts.length === 0 ? 'none' : parts.join('; ');
}

/** Stages with the same failures stand together. */
function unhandledRows(unhandled: readonly UnhandledFailure[]): FactBlock['rows'] {
  if (unhandled.length === 0) return [{ text: 'none' }];
  const stages = new Map<string, string[]>();
  for (const { node, categories, is_absorbed: isAbsorbed } of unhandled) {
    const key = `${categories.join(', ')}${isAbsorbed ? ' (a merge can go on without it)' : ''}`;
    const known = stages.get(key);
    if (known === undefined) stages.set(key, [node]);
    else known.push(node);
  }
  return [...stages].map(([failures, nodes]) => ({ text: `${nodes.join(', ')}: ${failures}` }));
}
