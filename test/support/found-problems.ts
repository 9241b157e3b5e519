import type { ErrorCode, Problem } from '../../src/errors/index.ts';
import type { ManifestKind } from '../../src/manifest/index.ts';
import { checkTexts } from './sample-project.ts';

type Manifests = Readonly<Partial<Record<ManifestKind, object>>>;
type Files = Readonly<Record<string, unknown>>;

/** What the checks find with one of these codes in manifests and other files: values, or texts as they are. */
export function problemsWith(codes: readonly ErrorCode[], manifests: Manifests, files: Files = {}): readonly Problem[] {
  const named = Object.entries(manifests).map(([kind, value]): [string, unknown] => [`${kind}.json`, value]);
  const texts = [...named, ...Object.entries(files)].map(([file, value]): [string, string] => [file, textOf(value)]);
  return checkTexts(new Map(texts)).problems.filter(({ code }) => codes.includes(code));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The same in lines: `workflow.json workflow.nodes.0.agent: …`. */
export function foundProblems(manifests: Manifests, codes: readonly ErrorCode[], files: Files = {}): readonly string[] {
  return problemsWith(codes, manifests, files).map(
    ({ file, path, message }) => `${file} ${path.join('.')}: ${message}`,
  );
}
