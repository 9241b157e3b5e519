import type { Problem } from '../../errors/index.ts';
import { createProblem, createSource, limitProblems, type ManifestSource } from '../report/index.ts';
import { isTooLarge, limits } from './limits.ts';
import { parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';

export interface TextOfManifest {
  /** Not there when the text cannot be read. */
  readonly value?: unknown;
  readonly source: ManifestSource;
  readonly problems: readonly Problem[];
}

/** Reads one file as YAML or, by its name, as JSON. */
export function parseText(file: string, text: string): TextOfManifest {
  if (isTooLarge(text)) return { source: createSource(file, '', () => [0, 0]), problems: [tooLarge(file)] };
  const { faults, rangeOf, ...read } = file.endsWith('.json') ? parseJson(text) : parseYaml(text);
  return {
    ...read,
    source: createSource(file, text, rangeOf),
    problems: limitProblems(faults.map((fault) => createProblem({ ...fault, file, path: [] }))),
  };
}

function tooLarge(file: string): Problem {
  const megabytes = limits.fileBytes / 1_048_576;
  return createProblem({
    code: 'MANIFEST_FILE_TOO_LARGE',
    message: `The file is larger than ${megabytes} MiB.`,
    hint: 'Move long texts into files of their own, such as prompts, and generated parts out of the manifest.',
    file,
    path: [],
  });
}
