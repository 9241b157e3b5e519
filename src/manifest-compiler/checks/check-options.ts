import type { SchemaReference } from '../../manifest/index.ts';

export interface ScriptFault {
  /** One full sentence. */
  readonly message: string;
  /** Offsets of the culprit in the text, the second one after its end. */
  readonly range?: readonly [start: number, end: number];
}

/** What the checks cannot find out by themselves. What is left out is not checked. */
export interface CheckOptions {
  /** What is wrong with a JSON Schema, as a sentence; nothing when it compiles. */
  readonly compileSchema?: (schema: unknown) => string | undefined;
  /** What is wrong with a value that a schema is for, as a sentence; nothing for a schema that does not compile. */
  readonly checkValue?: (schema: SchemaReference, value: unknown) => string | undefined;
  /** Everything that is wrong with the script of a scripted model. */
  readonly checkScript?: (text: string) => readonly ScriptFault[];
  /** Those of the modules named by tools, and of the cassettes of models, that are there. They are never read. */
  readonly modules?: ReadonlySet<string>;
  /** Files that are there beside named ones that are not, by path: one of them may be meant. */
  readonly otherFiles?: readonly string[];
  /** Names of agents and schemas that something besides the manifests uses, such as cases in evals/. */
  readonly usedElsewhere?: { readonly agents: ReadonlySet<string>; readonly schemas: ReadonlySet<string> };
  /** Names of the environment variables that are set. */
  readonly environmentNames?: ReadonlySet<string>;
  /** What is wrong with secret files, by path as it is written: the rest of a sentence that begins with the file. */
  readonly secretFaults?: ReadonlyMap<string, string>;
}
