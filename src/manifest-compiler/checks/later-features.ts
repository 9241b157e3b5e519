import type { ManifestKind } from '../../manifest/index.ts';

/** Something that manifests may ask for and that this version does not do. */
export interface LaterFeature {
  /** Keys from the root of the file to what asks for it, "*" for any key or index. */
  readonly where: string;
  /** What asks for it: one of these values, any value at all, or any that is not false, zero or empty. */
  readonly asks: readonly string[] | 'anything' | 'something';
  /** An error where the project could not run as it is meant to, a warning where it runs without. */
  readonly severity: 'error' | 'warning';
  /** A full sentence; "{value}" stands for what is written. */
  readonly message: string;
  readonly hint: string;
}

const remove = 'Remove it.';

const plugins: readonly LaterFeature[] = [
  ...errorsOfTypes('plugins.*.type', 'Plugins', {
    module: 'Remove it, and let your program subscribe to the events of the engine.',
  }),
  {
    where: 'plugins.*.critical',
    asks: 'something',
    severity: 'warning',
    message: '"critical" is not acted on in this version: a plugin that fails never stops a task.',
    hint: remove,
  },
];

/** All that manifests may ask for and that this version does not do, but for the providers of models. */
export const laterFeatures: Readonly<Record<ManifestKind, readonly LaterFeature[]>> = {
  engine: [],
  agents: [],
  tools: [],
  workflow: [],
  pipelines: [],
  memory: [],
  plugins,
};

function errorsOfTypes(where: string, what: string, hints: Readonly<Record<string, string>>): LaterFeature[] {
  return Object.entries(hints).map(([type, hint]) => ({
    where,
    asks: [type],
    severity: 'error',
    message: `${what} of type {value} are not in this version.`,
    hint,
  }));
}
