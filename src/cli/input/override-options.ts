import { InvalidArgumentError, Option, type Command } from 'commander';
import { collect } from './shared-options.ts';

export interface OverrideOptions {
  readonly override?: readonly string[];
  readonly yes?: boolean;
  /** US dollars; short for an override of the budget. */
  readonly maxCost?: number;
}

export function addOverrideOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '-o, --override <override>',
        'change a value of the manifests for this task: model=small, model.reviewer=small, pipeline=x, avoid=x, mode=dry_run, verbosity=brief, budget.max_cost_usd=0.1, remember=text, a JSON object, or @file with one or a list of them (repeatable)',
      ).argParser(collect),
    )
    .addOption(
      new Option('--max-cost <usd>', 'most that the task may cost, in US dollars: budget.max_cost_usd').argParser(
        readDollars,
      ),
    )
    .addOption(new Option('-y, --yes', 'allow what overrides need consent for, so that nobody is asked'));
}

function readDollars(value: string): number {
  if (/^\d+(?:\.\d+)?$/u.test(value)) return Number(value);
  throw new InvalidArgumentError('Give a number of US dollars, such as 0.5.');
}
