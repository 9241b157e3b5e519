import type { ParsedProject } from '../read/index.ts';
import type { PlaceOf } from './fault-collector.ts';

/** Where what is compiled was written, in the files that the project was read from. */
export function placesIn({ states, workflows }: ParsedProject): PlaceOf {
  const units = new Map(workflows.map((unit) => [unit.name, unit]));
  return ({ kind, workflow = '', path }) => {
    const unit = kind === 'workflow' ? units.get(workflow) : undefined;
    return unit === undefined ? { file: states[kind].file, path } : { file: unit.file, path: unit.toFile(path) };
  };
}
