import type { OpenQuestion } from '../../engine/index.ts';
import { followUp, projectWords, type CliContext, type Output } from '../context.ts';
import { timeText } from './format-values.ts';
import { outputText } from './output-text.ts';
import { safeLine, safeText } from './safe-text.ts';

/** Questions as a person reads them: what is asked, what it is about, and what may be done. */
export function questionLines(questions: readonly OpenQuestion[], output: Output): readonly string[] {
  return questions.flatMap((asked, place) => [...(place === 0 ? [] : ['']), ...linesOf(asked, output)]);
}

function linesOf(asked: OpenQuestion, { colors }: Output): readonly string[] {
  const { task, stage, question, consent, due_at: dueAt } = asked;
  const { text, input, actions, schema } = question;
  return [
    `${colors.yellow('asked')} ${colors.bold(safeLine(text))} ${colors.cyan(`stage "${stage}" of task ${task}`)}`,
    ...(input === null ? [] : [`  ${safeText(outputText(input)).trimEnd().replaceAll('\n', '\n  ')}`]),
    ...(consent === undefined ? [] : [`  ${colors.cyan('why:')} ${safeLine(consent.rule)}, risk ${consent.risk}`]),
    `  ${colors.cyan('takes:')} ${actions.join(', ')}${dueAt === undefined ? '' : `, until ${timeText(dueAt)}`}`,
    ...(schema === undefined ? [] : [`  ${colors.cyan('as:')} ${schemaText(schema)}`]),
  ];
}

function schemaText(schema: NonNullable<OpenQuestion['question']['schema']>): string {
  return typeof schema === 'string' ? `schemas/${schema}.json` : JSON.stringify(schema);
}

/** How an answer begins: with something that the question takes, and the stage or the question where there are several. */
export function answerWords(asked: OpenQuestion, all: readonly OpenQuestion[]): readonly string[] {
  const ofTask = all.filter(({ task }) => task === asked.task);
  const ofStage = ofTask.filter(({ stage }) => stage === asked.stage);
  const which =
    ofStage.length > 1 && asked.consent !== undefined
      ? ['--question', asked.consent.id]
      : ofTask.length === 1
        ? []
        : ['--stage', asked.stage];
  return [asked.task, ...which, ...sayingOf(asked.question.actions)];
}

/** For each question a command that answers it. */
export function answerCommands(
  context: CliContext,
  directory: string,
  questions: readonly OpenQuestion[],
): readonly string[] {
  const place = projectWords(context, directory);
  return questions.map((asked) => followUp(context, 'answer', [...answerWords(asked, questions), ...place]));
}

function sayingOf(actions: OpenQuestion['question']['actions']): readonly string[] {
  if (actions.includes('allow')) return ['--allow'];
  if (actions.includes('approve')) return ['--approve'];
  if (actions.includes('answer')) return ['<answer>'];
  return actions.includes('edit') ? ['--edit', '<value>'] : ['--reject'];
}
