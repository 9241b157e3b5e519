import type { CompiledPipeline, EngineEvent } from '../../engine/index.ts';

/** What is known of a task when its display begins. */
export interface Beginning {
  readonly workflow: string;
  readonly pipeline: string;
  readonly taskId: string;
  readonly isResumed: boolean;
  /** Absent when the manifests have changed since the task began. */
  readonly graph?: CompiledPipeline['graph'];
}

/** Shows on stderr how a task goes. */
export interface ProgressView {
  begin(beginning: Beginning): void;
  take(event: EngineEvent): void;
  /** Prints lines that stay. */
  print(text: string): void;
  /** Takes away what does not stay. */
  end(): void;
  /** Stages that are at work. */
  readonly atWork: () => number;
}

export function headline({ workflow, pipeline, taskId, isResumed }: Beginning): string {
  const name = workflow === pipeline ? workflow : `${workflow}, pipeline ${pipeline}`;
  return `${name}, task ${taskId}${isResumed ? ', resumed' : ''}`;
}

export function typesIn(beginning: () => Beginning | undefined): (node: string) => string {
  return (node) => beginning()?.graph?.byId.get(node)?.type ?? 'stage';
}
