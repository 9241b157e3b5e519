import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { manifestKinds, type DeclaredWorkflowSpec, type ManifestKind } from '../../src/manifest/index.ts';

/** The manifests of a project as plain objects, and other files by path. Only the workflow has to be there. */
export interface ProjectParts {
  readonly workflow: Omit<DeclaredWorkflowSpec, 'id'> & { readonly id?: string };
  readonly engine?: object;
  readonly agents?: object;
  readonly tools?: object;
  readonly pipelines?: object;
  readonly memory?: object;
  readonly plugins?: readonly object[];
  /** Patterns of what is taken out of events. */
  readonly redact?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

/** A directory of this test, removed when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'agent-engine-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a project, over what is there. */
export function writeProject(directory: string, parts: ProjectParts): void {
  const manifests = manifestsOf(parts);
  for (const kind of manifestKinds) {
    const manifest = manifests[kind];
    if (manifest !== undefined) writeFileSync(path.join(directory, `${kind}.json`), JSON.stringify(manifest));
  }
  for (const [file, text] of Object.entries(parts.files ?? {})) {
    const target = path.join(directory, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

function manifestsOf(parts: ProjectParts): Partial<Record<ManifestKind, object>> {
  const { workflow, engine = {}, agents, tools, pipelines, memory, plugins, redact } = parts;
  return {
    workflow: { workflow: { id: 'main', ...workflow } },
    // No test pulls the plug, so none has to wait for the disk.
    engine: { engine: { name: 'test', durability: 'process', ...engine } },
    ...(agents !== undefined && { agents: { agents } }),
    ...(tools !== undefined && { tools: { tools } }),
    ...(pipelines !== undefined && { pipelines }),
    ...(memory !== undefined && { memory }),
    ...(plugins !== undefined && { plugins: { plugins, ...(redact !== undefined && { redact }) } }),
  };
}
