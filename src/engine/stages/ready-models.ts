import type { NamedModel } from '../../actors/index.ts';
import { EngineError } from '../../errors/index.ts';
import { priceOf, type ModelSpec, type ProjectSpec } from '../../manifest/index.ts';
import { textOf } from '../../manifest-compiler/index.ts';
import {
  createModelClient,
  withCosts,
  withEnvironment,
  type Environment,
  type StartTimer,
} from '../../services/index.ts';
import { knownSecrets } from '../project/known-secrets.ts';

/** The model that needs no entry in engine.yaml: it extracts, and does not reason. */
export const offlineModel = 'offline';

/** What models are made from. */
export interface ModelSources {
  readonly project: ProjectSpec;
  readonly environment: Environment;
  readonly projectDirectory: string;
  /** Measures the time limits of calls. */
  readonly startTimer: StartTimer;
}

/** Finds models by their alias, each made once. Throws ENGINE_BUG for an alias that is not declared. */
export type ModelTable = (alias: string) => NamedModel;

export function readyModels(sources: ModelSources): ModelTable {
  const models = new Map<string, NamedModel>();
  const modelNamed = (alias: string): NamedModel => {
    const known = models.get(alias);
    if (known !== undefined) return known;
    const model = makeModel(alias, sources, modelNamed);
    models.set(alias, model);
    return model;
  };
  return modelNamed;
}

function makeModel(alias: string, sources: ModelSources, modelNamed: (alias: string) => NamedModel): NamedModel {
  const { project, environment, projectDirectory, startTimer } = sources;
  const declared = project.engine.models?.[alias];
  if (declared === undefined && alias !== offlineModel) {
    throw new EngineError('ENGINE_BUG', `Model "${alias}" is not declared and passed the checks.`);
  }
  const spec: ModelSpec = withEnvironment(declared ?? { provider: offlineModel }, environment);
  const script = spec.script === undefined ? undefined : textOf(project, spec.script);
  const price = priceOf(spec);
  const recording = isRecording(spec) ? { recorded: recordedModel(modelNamed(spec.records)) } : {};
  return {
    alias,
    spec,
    ...(price !== undefined && { price }),
    client: withCosts(
      createModelClient(alias, spec, {
        environment,
        projectDirectory,
        startTimer,
        ...(script !== undefined && { script }),
        ...(spec.cassette !== undefined && { redact: knownSecrets(project, environment).redactAll }),
        ...recording,
      }),
      price,
    ),
  };
}

/** A model that only plays needs neither the other one nor its key. */
function isRecording(spec: ModelSpec): spec is ModelSpec & { records: string } {
  return spec.provider === 'replay' && (spec.record ?? 'never') !== 'never' && spec.records !== undefined;
}

function recordedModel({ alias, spec, client }: NamedModel): { client: NamedModel['client']; model: string } {
  return { client, model: spec.model ?? alias };
}
