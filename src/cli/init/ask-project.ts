import { isCancel, select, text } from '@clack/prompts';
import type { CliContext } from '../context.ts';
import type { Template } from './templates.ts';

/** Undefined when the person leaves. */
export async function askDirectory({ stdin }: CliContext): Promise<string | undefined> {
  const answer = await text({
    message: 'Where is the project to be?',
    placeholder: './my-workflow',
    defaultValue: './my-workflow',
    input: stdin,
    output: process.stderr,
  });
  return isCancel(answer) ? undefined : answer;
}

/** Undefined when the person leaves. */
export async function askTemplate({ stdin }: CliContext, templates: readonly Template[]): Promise<string | undefined> {
  const answer = await select({
    message: 'What is it to begin with?',
    options: templates.map(({ id, description }) => ({ value: id, label: id, hint: description })),
    maxItems: 10,
    input: stdin,
    output: process.stderr,
  });
  return isCancel(answer) ? undefined : answer;
}
