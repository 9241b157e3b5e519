export { isTooLarge, limits } from './limits.ts';
export { parseManifests } from './parse-manifests.ts';
export type { Manifests, ManifestState, NamedFile, NamedFileKind, ParsedProject } from './parsed-project.ts';
export { isPromptPath, schemaFile } from './named-files.ts';
export { parseText, type TextOfManifest } from './parse-text.ts';
export { normalisePath } from './project-path.ts';
export { restorePath, type BrokenPart } from './prune.ts';
export { childValue } from './schema-path.ts';
export { validateManifest } from './validate-manifest.ts';
export {
  bodyName,
  isChildNode,
  isWorkflowFile,
  type ChildKind,
  type ChildNode,
  type WorkflowUnit,
} from './workflow-units.ts';
