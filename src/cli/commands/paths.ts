import { EngineError, type CompiledProject } from '../../engine/index.ts';
import {
  formatPathReport,
  listProjectPaths,
  pipelinesOf,
  testPaths,
  type PathReport,
  type ReportFormat,
} from '../../testing/index.ts';
import type { CliContext, Output } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { countText } from '../text/format-values.ts';
import { checkPipeline } from '../input/known-pipeline.ts';
import { loadValidProject } from '../open-engine.ts';
import { createBuffer, writeOutputFile } from '../output-file.ts';
import { writeJson, writeOutput } from '../text/output-text.ts';
import { writePathList } from '../text/path-list-text.ts';

export interface PathsOptions {
  readonly test?: boolean;
  readonly format: ReportFormat;
  readonly pipeline?: string;
  readonly criterion?: PathReport['criteria'][number];
  readonly limit?: number;
  readonly out?: string;
}

/** Lists the ways through a project, or walks them. */
export async function paths(context: CliContext, directory: string, options: PathsOptions): Promise<number> {
  checkOptions(options);
  return showPaths(context, await loadValidProject(context, directory), options);
}

/** The same for manifests that are compiled. */
export async function showPaths(
  context: CliContext,
  compiled: CompiledProject,
  options: PathsOptions,
): Promise<number> {
  checkPipeline(
    pipelinesOf(compiled).map(({ id }) => id),
    options.pipeline,
  );
  if (options.out === undefined) return writePaths(context, { compiled, output: context.stdout }, options);
  const output = createBuffer();
  const exitCode = writePaths(context, { compiled, output }, options);
  await writeOutputFile(context, options.out, output.text());
  return exitCode;
}

/** Goes without saying below this. */
const manyNodes = 300;

function writePaths(
  context: CliContext,
  { compiled, output }: { readonly compiled: CompiledProject; readonly output: Output },
  options: PathsOptions,
): number {
  const { pipeline, criterion, limit } = options;
  const chosen = pipeline === undefined ? {} : { pipeline };
  if (options.test !== true) {
    const list = listProjectPaths(compiled, { ...chosen, ...(limit !== undefined && { limit }) });
    if (options.format === 'json') writeJson(output, list);
    else writePathList(output, list);
    return exitCodes.success;
  }
  const size = compiled.project.workflow.nodes.length;
  if (size > manyNodes) context.stderr.write(`Walking a workflow of ${countText(size, 'node')} takes a while.\n`);
  const report = testPaths(compiled, {
    ...chosen,
    ...(criterion !== undefined && { criterion }),
    ...(limit !== undefined && { pathLimit: limit }),
  });
  if (options.format === 'json') writeJson(output, report);
  else writeOutput(output, formatPathReport(report, options.format));
  return report.passed ? exitCodes.success : exitCodes.failure;
}

/** What goes with the walks alone is refused without them: it would be passed over in silence. */
function checkOptions({ test, format, criterion }: PathsOptions): void {
  if (test === true) return;
  const option = format === 'junit' ? '--format junit' : criterion === undefined ? undefined : '--criterion';
  if (option === undefined) return;
  throw new EngineError('HOST_USAGE', `The option "${option}" is about walks, and nothing is walked without --test.`, {
    hint: 'Add --test, or leave it out.',
  });
}
