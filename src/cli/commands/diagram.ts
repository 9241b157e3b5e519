import {
  drawingModel,
  pipelinesToDraw,
  statechartModel,
  toDot,
  toMermaid,
  toSvg,
  toXState,
  type DrawingModel,
  type Theme,
} from '../../diagram/index.ts';
import { EngineError, nearestName, projectOfTask, type CompiledProject } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { overlayDrawing, type OverlayOptions } from '../drawing/draw-overlay.ts';
import { startLayoutThread, type LayoutThread } from '../drawing/layout-thread.ts';
import { exitCodes } from '../exit-codes.ts';
import { checkPipeline } from '../input/known-pipeline.ts';
import { loadValidProject } from '../open-engine.ts';
import { writeOutputFile } from '../output-file.ts';

export interface DiagramOptions extends OverlayOptions {
  readonly format: 'mermaid' | 'svg' | 'dot' | 'xstate';
  /** Default: `statechart` for `xstate`, which is about states; else `workflow`. */
  readonly view?: DrawingModel['view'];
  readonly theme?: Theme;
  readonly pipeline?: string;
  readonly collapse?: readonly string[];
  readonly out?: string;
}

/** Draws the workflow of a project, and what became of it. */
export async function diagram(context: CliContext, directory: string, options: DiagramOptions): Promise<number> {
  checkOptions(options);
  const thread = options.format === 'svg' ? startLayoutThread() : undefined;
  try {
    const drawing = await draw(context, { directory, thread }, options);
    if (options.out === undefined) context.stdout.write(drawing);
    else await writeOutputFile(context, options.out, drawing);
    return exitCodes.success;
  } finally {
    await thread?.close();
  }
}

interface Drawing {
  readonly directory: string;
  /** There when places have to be found. */
  readonly thread: LayoutThread | undefined;
}

async function draw(context: CliContext, { directory, thread }: Drawing, options: DiagramOptions): Promise<string> {
  const { task, format } = options;
  const compiled =
    task === undefined ? await loadValidProject(context, directory) : await projectOfTask(directory, task);
  checkPipeline([...compiled.pipelines.keys(), ...compiled.bodies.keys()], options.pipeline);
  const model = modelOf(compiled, options);
  checkCollapse(compiled, options);
  if (format === 'mermaid') return toMermaid(model);
  if (format === 'dot') return toDot(model);
  if (thread === undefined) {
    const { view = 'statechart' } = options;
    return toXState(onePipeline(compiled, options), drawingModel(compiled, options), { view });
  }
  const overlaid = await overlayDrawing(context, { model, directory }, options);
  const { overlay } = overlaid;
  return toSvg(await thread.layout(overlaid.model), { theme: options.theme ?? 'light', overlay });
}

function modelOf(compiled: CompiledProject, options: DiagramOptions): DrawingModel {
  const { view = 'workflow', pipeline, collapse = [] } = options;
  const model = drawingModel(compiled, { pipeline, collapse });
  return view === 'workflow' ? model : statechartModel(onePipeline(compiled, options), model, collapse);
}

/** Each pipeline is compiled into a machine of its own. */
function onePipeline(compiled: CompiledProject, { pipeline }: DiagramOptions): CompiledPipeline {
  const [first, ...others] = pipelinesToDraw(compiled, pipeline);
  if (first !== undefined && others.length === 0) return first;
  throw new EngineError('HOST_USAGE', 'The project has several pipelines, and a statechart is that of one.', {
    hint: `Add --pipeline with one of: ${[...compiled.pipelines.keys()].join(', ')}.`,
  });
}

type CompiledPipeline = ReturnType<typeof pipelinesToDraw>[number];

function checkCollapse(compiled: CompiledProject, options: DiagramOptions): void {
  const { collapse = [] } = options;
  if (collapse.length === 0) return;
  const open = modelOf(compiled, { ...options, collapse: [] }).nodes.flatMap(({ id, isOpen }) =>
    isOpen === true ? [id] : [],
  );
  for (const id of collapse) {
    if (open.includes(id)) continue;
    const nearest = nearestName(id, open);
    throw new EngineError('HOST_USAGE', `Nothing is drawn inside of "${id}" that could be collapsed.`, {
      hint: nearest === undefined ? 'Leave out --collapse.' : `Did you mean "${nearest}"?`,
    });
  }
}

/** Options that would be passed over in silence are refused. */
function checkOptions({ format, view, theme, task, at, coverage }: DiagramOptions): void {
  if (at !== undefined && task === undefined) throw usage('"--at" is about a task', 'Add --task with its id.');
  if (task !== undefined && coverage !== undefined) {
    throw usage('"--task" and "--coverage" do not go together', 'Leave out one of them.');
  }
  const shown = Object.entries({ '--task': task, '--coverage': coverage }).find(([, value]) => value !== undefined);
  const drawn = shown ?? (theme === undefined ? undefined : ['--theme']);
  if (drawn !== undefined && format !== 'svg') throw usage(`"${drawn[0]}" is about pictures`, 'Add --format svg.');
  if (shown !== undefined && view === 'statechart') {
    throw usage(`"${shown[0]}" is shown on a workflow, not on its statechart`, 'Leave out --view.');
  }
}

function usage(what: string, hint: string): EngineError {
  return new EngineError('HOST_USAGE', `${what}.`, { hint });
}
