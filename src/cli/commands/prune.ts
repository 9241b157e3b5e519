import { EngineError, overStatuses, type OverStatus, type PruneRequest, type PruneResult } from '../../engine/index.ts';
import { ageOf } from '../text/age.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProject } from '../find-project.ts';
import { countText } from '../text/format-values.ts';
import { withEngine } from '../open-engine.ts';
import { writeJson } from '../text/output-text.ts';

export interface PruneCommandOptions {
  readonly project?: string;
  readonly olderThan?: string;
  readonly status?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Removes tasks that are over. */
export async function prune(context: CliContext, options: PruneCommandOptions): Promise<number> {
  const request = requestOf(options, context.now());
  const directory = await findProject(context, options.project);
  const pruned = await withEngine(context, { directory, lazy: true }, (engine) => engine.prune(request));
  if (options.json === true) writeJson(context.stdout, pruned);
  else context.stdout.write(`${sentence(pruned)}\n`);
  return exitCodes.success;
}

function requestOf({ olderThan, status, dryRun = false }: PruneCommandOptions, now: number): PruneRequest {
  const age = olderThan === undefined ? undefined : ageOf(olderThan, '--older-than');
  return {
    dryRun,
    ...(status !== undefined && { status: status.map(overStatus) }),
    ...(age !== undefined && { updatedBefore: now - age }),
  };
}

function overStatus(status: string): OverStatus {
  const known = overStatuses.find((one) => one === status);
  if (known !== undefined) return known;
  throw new EngineError('HOST_USAGE', `Tasks that are ${status} can go on, and are never removed.`, {
    hint: `Name one of these: ${overStatuses.join(', ')}.`,
  });
}

function sentence({ dryRun, tasks, artifacts, definitions }: PruneResult): string {
  if (dryRun) return `${countText(tasks, 'task')} would be removed.`;
  const rest = [countText(artifacts, 'value'), countText(definitions, 'definition')].join(' and ');
  return `${countText(tasks, 'task')} removed, with ${rest} that nothing refers to any more.`;
}
