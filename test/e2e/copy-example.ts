import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { configDirectory } from '../support/config-projects.ts';

const made = new Set(['.agent-engine', 'generated_project', 'logs']);

/** A copy of an example that a run can write into, and whose scripted model takes no time to speak. */
export function copyExample(example: string, to: string): string {
  cpSync(configDirectory(example), to, { recursive: true, filter: (source) => !made.has(path.basename(source)) });
  const script = path.join(to, 'scripts/reader.yaml');
  if (existsSync(script)) writeFileSync(script, readFileSync(script, 'utf8').replace('delay_ms: 400', 'delay_ms: 1'));
  return to;
}
