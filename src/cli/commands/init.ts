import path from 'node:path';
import { createNameFinder, EngineError, manifestSchema, type FileKind } from '../../engine/index.ts';
import { canAsk } from '../confirm.ts';
import { followUp, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { ignoredByGit, readTemplate, schemaDirectory } from '../init/template-files.ts';
import { listTemplates, type Template } from '../init/templates.ts';
import { writeProject } from '../init/write-project.ts';
import { writeJson } from '../text/output-text.ts';
import { directoryWord, shellWord } from '../text/shell-words.ts';
import { tableLines } from '../text/table.ts';

export interface InitOptions {
  readonly template?: string;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

const firstTemplate = 'basic';

/** Makes a project out of a template, and says how one goes on. */
export async function init(context: CliContext, named: string | undefined, options: InitOptions): Promise<number> {
  const templates = await listTemplates();
  if (options.list === true) return showTemplates(context, templates, options);
  const given = options.template === undefined ? undefined : templateOf(templates, options.template);
  const isAsking = options.yes !== true && options.json !== true && canAsk(context);
  const word = named ?? (isAsking ? await askDirectory(context) : '.');
  if (word === undefined) return exitCodes.interrupted;
  const template = given ?? (isAsking ? await askTemplate(context, templates) : templateOf(templates, firstTemplate));
  if (template === undefined) return exitCodes.interrupted;
  const directory = path.resolve(context.directory, word);
  const files = await writeAll(context, { directory, template, force: options.force === true });
  report(context, { directory, template, files }, options);
  return exitCodes.success;
}

async function askDirectory(context: CliContext): Promise<string | undefined> {
  const prompts = await import('../init/ask-project.ts');
  return prompts.askDirectory(context);
}

async function askTemplate(context: CliContext, templates: readonly Template[]): Promise<Template | undefined> {
  const prompts = await import('../init/ask-project.ts');
  const id = await prompts.askTemplate(context, templates);
  return templates.find((template) => template.id === id);
}

function templateOf(templates: readonly Template[], id: string): Template {
  const template = templates.find((known) => known.id === id);
  if (template !== undefined) return template;
  const ids = templates.map((known) => known.id);
  throw new EngineError('HOST_USAGE', `There is no template called "${id}".`, {
    hint: createNameFinder(ids).hint(id) ?? `Take one of these: ${ids.join(', ')}.`,
  });
}

interface Order {
  readonly directory: string;
  readonly template: Template;
  readonly force: boolean;
}

/** Answers the paths of the files, from the project. */
async function writeAll(context: CliContext, { directory, template, force }: Order): Promise<readonly string[]> {
  const { texts, kinds } = await readTemplate(template, programIn(context, directory));
  const schemas = new Map(kinds.map(schemaFile));
  return writeProject(directory, { texts, schemas, ignored: ignoredByGit }, { force });
}

/** A path to the program is another one from there. */
function programIn({ program, directory: here }: CliContext, directory: string): string {
  return program.startsWith('node ') && path.resolve(here) !== directory ? 'agent-engine' : program;
}

function schemaFile(kind: FileKind): readonly [file: string, text: string] {
  return [`${schemaDirectory}/${kind}.schema.json`, `${JSON.stringify(manifestSchema(kind), undefined, 2)}\n`];
}

interface Made {
  readonly directory: string;
  readonly template: Template;
  readonly files: readonly string[];
}

function report(context: CliContext, { directory, template, files }: Made, { json }: InitOptions): void {
  const word = directoryWord(directory, context.directory);
  const next = [
    ['validate', word],
    ['run', word],
    ['diagram', word],
    ['paths', word, '--test'],
  ].map(([verb = '', ...words]) => followUp(context, verb, words));
  const { stdout, stderr } = context;
  if (json === true) return writeJson(stdout, { directory, template: template.id, files, next });
  for (const file of files) stdout.write(`${path.join(word, file)}\n`);
  const { bold, cyan, dim } = stderr.colors;
  const place = word === '.' ? 'this directory' : shellWord(word); // "in .." would be the one above
  const steps = next.map((command) => `  ${cyan(command)}`);
  stderr.write(`\n${bold(`The project is in ${place}.`)} Go on with:\n\n${steps.join('\n')}\n\n`);
  stderr.write(`${dim('It runs offline as it is; engine.yaml says where a real model goes.')}\n`);
}

function showTemplates({ stdout }: CliContext, templates: readonly Template[], { json }: InitOptions): number {
  const rows = templates.map(({ id, description }) => ({ id, description }));
  if (json === true) writeJson(stdout, rows);
  else {
    const cells = rows.map(({ id, description }) => [[id, stdout.colors.bold] as const, [description] as const]);
    for (const line of tableLines(cells, stdout)) stdout.write(`${line}\n`);
  }
  return exitCodes.success;
}
