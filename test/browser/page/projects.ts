import { z } from 'zod';
import { reportProject } from './project-report.ts';

const Projects = z.record(z.string(), z.record(z.string(), z.string()));

/** Prints reports on the projects that the server hands out, a line each. */
const answer = await fetch('/projects.json');
for (const [name, files] of Object.entries(Projects.parse(await answer.json()))) {
  console.log(JSON.stringify({ name, report: await reportProject(files) }));
}
console.log('done');
