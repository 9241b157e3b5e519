import {
  isEngineError,
  withoutContent,
  type Engine,
  type EngineEvent,
  type OpenQuestion,
  type TaskResult,
  type TaskView,
} from '../engine/index.ts';
import { followUp, projectWords, type CliContext } from './context.ts';
import { exitCodeFor, exitCodes } from './exit-codes.ts';
import { countText } from './text/format-values.ts';
import { createModelNotes } from './text/model-notes.ts';
import { writeJson, writeOutput } from './text/output-text.ts';
import { createAgentText } from './progress/agent-text.ts';
import { createPlainView, createSilentView } from './progress/plain-view.ts';
import { createRoutingNews, type RoutingNews } from './progress/routing-news.ts';
import type { Beginning, ProgressView } from './progress/view.ts';
import { isSilent, type ProgressOptions } from './input/progress-options.ts';
import { pauseLines } from './text/pause-report.ts';
import { answerCommands, answerWords, questionLines } from './text/question-text.ts';
import { directoryWord } from './text/shell-words.ts';
import { fitWidth, safeLine } from './text/safe-text.ts';
import { codeOf } from './stray-code.ts';
import { questionsJson } from './text/task-json.ts';
import { failureLines, summaryLine } from './text/task-summary.ts';

export interface TaskWatch {
  /** Something worth knowing that is no error. */
  note(text: string): void;
  /**
   * Runs a task to its end, its pause or a question, prints what came of it, and answers the exit code. `goOn` says how
   * one goes on that has begun.
   */
  carryOut(task: TaskView, goOn?: () => Promise<TaskResult>): Promise<number>;
}

interface Watch {
  readonly context: CliContext;
  readonly engine: Engine;
  readonly options: ProgressOptions;
  readonly view: ProgressView;
  readonly note: (text: string) => void;
  /** There when decisions are to be explained. */
  readonly routing?: RoutingNews;
  /** How the display begins, until it has: a task that another process has is never begun. */
  beginning?: Beginning;
  /** How far the wish to end has gone. */
  wish: 'none' | 'pause' | 'stop';
}

/** Shows how a task goes from before it is created. */
export async function watchTask(context: CliContext, engine: Engine, options: ProgressOptions): Promise<TaskWatch> {
  const view = await viewFor(context, options);
  context.atWork.print = (line) => view.print(line);
  const note = (text: string): void => {
    if (options.quiet !== true) view.print(context.stderr.colors.dim(`note: ${text}`));
  };
  const routing =
    options.explainRouting === true ? { routing: createRoutingNews(context.stderr, (text) => view.print(text)) } : {};
  const watch: Watch = { context, engine, options, view, note, ...routing, wish: 'none' };
  engine.events$.subscribe(createListener(watch));
  return { note, carryOut: (task, goOn) => carryOut(watch, task, goOn) };
}

async function viewFor(context: CliContext, options: ProgressOptions): Promise<ProgressView> {
  const { stderr } = context;
  if (isSilent(options)) return createSilentView(stderr);
  if (!stderr.isTerminal) return createPlainView(stderr);
  const { createLiveView } = await import('./progress/live-view.ts');
  return createLiveView(context);
}

function begin(watch: Watch, beginning: Beginning): void {
  delete watch.beginning;
  watch.view.begin(beginning);
  if (watch.engine.warnings.length > 0) noteWarnings(watch);
}

function noteWarnings({ context, engine, note }: Watch): void {
  const count = countText(engine.warnings.length, 'warning');
  note(
    `The manifests have ${count}; see: ${followUp(context, 'validate', [directoryWord(engine.directory, context.directory)])}`,
  );
}

function createListener(watch: Watch): (event: EngineEvent) => void {
  const { options, view, engine, note } = watch;
  const noteModels = createModelNotes(engine, note);
  const readAlong = options.stream === true ? createAgentText((text) => view.print(text)) : undefined;
  return (event) => {
    if (options.events === true) writeEvent(watch, event);
    noteModels(event);
    if (watch.beginning !== undefined) begin(watch, watch.beginning);
    // Of child tasks there may be thousands; the stage that started them stands for them.
    if (event.parentTaskId === undefined) view.take(event);
    watch.routing?.take(event);
    readAlong?.(event);
    const isQuestion = event.type === 'feedback.requested' || event.type === 'security.consent_requested';
    const isNews = isQuestion && event.parentTaskId === undefined && view.atWork() > 1;
    if (isNews && options.quiet !== true) sayAsked(watch, event);
  };
}

/** The live display has the engine tell more than a program asked for. */
function writeEvent({ context, options }: Watch, event: EngineEvent): void {
  const told = options.payloads === 'full' ? event : withoutContent(event);
  context.stdout.write(`${JSON.stringify(told)}\n`);
}

/** While other stages are at work the run goes on, here or with the answer; the question is told in full when it rests. */
function sayAsked({ engine, view, context }: Watch, { taskId, nodeId }: EngineEvent): void {
  const questions = engine.questions(taskId);
  const asked = questions.find(({ task, stage }) => task === taskId && stage === nodeId);
  if (asked === undefined) return;
  const { yellow } = context.stderr.colors;
  const text = fitWidth(safeLine(asked.question.text), 100);
  const words = answerWords(asked, questions);
  const command = followUp(context, 'answer', [...words, ...projectWords(context, engine.directory)]);
  view.print(`${yellow('asked')} "${text}"; answer from another terminal with: ${command}`);
}

async function carryOut(watch: Watch, task: TaskView, goOn?: () => Promise<TaskResult>): Promise<number> {
  const { context, engine } = watch;
  const isResumed = goOn !== undefined;
  const { project, pipelines } = engine.compiled;
  const graph = pipelines.get(task.pipeline)?.graph;
  watch.beginning = {
    workflow: project.workflow.id,
    pipeline: task.pipeline,
    taskId: task.id,
    isResumed,
    ...(graph !== undefined && { graph }),
  };
  const startedAt = isResumed ? context.now() : task.created_at;
  const result = await runWatched(watch, task.id, goOn ?? (async () => engine.runTask(task.id)));
  if (result === undefined) return reportStop(watch, task.id);
  if (result.status === 'paused' || result.status === 'waiting' || result.status === 'running') {
    const now = await engine.showTask(task.id);
    return now.at_work ? reportElsewhere(watch, result) : reportRest(watch, result, now);
  }
  return report(watch, result, context.now() - startedAt);
}

/** Undefined when the run was stopped before its end. */
async function runWatched(
  watch: Watch,
  taskId: string,
  run: () => Promise<TaskResult>,
): Promise<TaskResult | undefined> {
  const { context, view } = watch;
  const unwatch = context.onSignal((signal) => takeSignal(watch, taskId, signal));
  context.atWork.resume = resumeCommand(watch, taskId);
  context.atWork.code = codeOf(watch.engine);
  try {
    return await run();
  } catch (error) {
    if (watch.wish === 'stop' && isEngineError(error) && error.code === 'ENGINE_CLOSED') return undefined;
    throw error;
  } finally {
    delete context.atWork.resume;
    unwatch();
    view.end();
  }
}

function takeSignal(watch: Watch, taskId: string, signal: string): void {
  if (signal === 'SIGINT' && watch.wish === 'none' && askForPause(watch, taskId)) return;
  watch.wish = 'stop';
  void watch.engine.close();
}

function askForPause(watch: Watch, taskId: string): boolean {
  if (!watch.engine.isAtWork(taskId)) return false; // not yet, or no more: there is nothing to wait for
  watch.wish = 'pause';
  void Promise.allSettled([watch.engine.pauseTask(taskId)]); // it may end in this very moment
  const count = watch.view.atWork();
  const atWork = count === 1 ? '1 stage is' : `${count} stages are`;
  if (count > 0) watch.view.print(`Pausing: ${atWork} still at work; press Ctrl-C again to stop at once.`);
  return true;
}

function reportStop(watch: Watch, taskId: string): number {
  watch.view.print(`Stopped. What was at work begins again with: ${resumeCommand(watch, taskId)}`);
  return exitCodes.interrupted;
}

/** The process that is at work on the task took the order. */
function reportElsewhere({ context, options, view, engine, routing }: Watch, result: TaskResult): number {
  if (options.json === true) writeJson(context.stdout, { ...result, ...routing?.told() });
  const show = followUp(context, 'show', [result.taskId, ...projectWords(context, engine.directory)]);
  view.print(`Another process is at work on the task, and goes on with it. See it with: ${show}`);
  return exitCodes.success;
}

function reportRest(watch: Watch, result: TaskResult, task: TaskView): number {
  if (result.status !== 'paused') return reportQuestions(watch, result);
  const { context, options, view, engine } = watch;
  const questions = engine.questions(result.taskId);
  if (options.json === true)
    writeJson(context.stdout, {
      ...result,
      ...watch.routing?.told(),
      held: task.held,
      questions: questionsJson(questions),
    });
  sayQuestions(watch, questions);
  for (const line of pauseLines(context, engine.directory, task)) view.print(line);
  return watch.wish === 'none' ? exitCodes.paused : exitCodes.interrupted;
}

function report(watch: Watch, result: TaskResult, durationMs: number): number {
  const { context, options, view, engine } = watch;
  const { stdout, stderr } = context;
  if (options.quiet !== true)
    view.print(summaryLine(result, { output: stderr, durationMs, environment: context.environment }));
  if (result.status !== 'completed') {
    for (const line of failureLines(result.failures, stderr)) view.print(line);
    const show = followUp(context, 'show', [result.taskId, ...projectWords(context, engine.directory)]);
    if (options.quiet !== true) view.print(`See it with: ${show}`);
  }
  if (options.json === true) writeJson(stdout, { ...result, ...watch.routing?.told() });
  else if (options.events !== true) writeOutput(stdout, result.output);
  return exitCodeFor(result.status);
}

/** The questions are what a run that waits has come to. */
function reportQuestions(watch: Watch, result: TaskResult): number {
  const { context, options, engine } = watch;
  const questions = engine.questions(result.taskId);
  if (options.json === true)
    writeJson(context.stdout, { ...result, ...watch.routing?.told(), questions: questionsJson(questions) });
  sayQuestions(watch, questions);
  return exitCodes.paused;
}

function sayQuestions({ context, view, engine }: Watch, questions: readonly OpenQuestion[]): void {
  for (const line of questionLines(questions, context.stderr)) view.print(line);
  for (const command of answerCommands(context, engine.directory, questions)) view.print(`Answer with: ${command}`);
}

function resumeCommand({ context, engine }: Watch, taskId: string): string {
  return followUp(context, 'resume', [taskId, ...projectWords(context, engine.directory)]);
}
