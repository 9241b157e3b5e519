import type { ModelSpec, PriceSpec } from '../../manifest/index.ts';
import type { LLMClient } from '../../services/index.ts';

/** A model under the name that manifests give it. */
export interface NamedModel {
  readonly alias: string;
  readonly spec: ModelSpec;
  readonly client: LLMClient;
  /** That of the manifest or of the default table; absent when neither has one. */
  readonly price?: PriceSpec;
}

/** Whether the provider is given the tools; else the prompt asks for tool plans. */
export function takesTools({ client, spec }: NamedModel): boolean {
  return client.takesTools && spec.tool_calls !== 'plan';
}
