import { LiquidError, type Liquid, type Template } from 'liquidjs';
import { failureError, failureOf } from '../../errors/index.ts';
import { promptLimits, sourceLimits } from './limits.ts';
import { createPromptEngine, fileTags } from './prompt-engine.ts';
import { nearestName } from './suggestion.ts';
import type { ExpressionFault, PromptResult, ScopeValues } from './types.ts';

let keptEngine: Liquid | undefined;

/** One for all prompts, made for the first. */
function theEngine(): Liquid {
  keptEngine ??= createPromptEngine();
  return keptEngine;
}

/** Parses a Liquid template once. Gives the first fault it finds. */
export function compilePrompt(template: string): PromptResult {
  if (template.length > sourceLimits.promptCharacters) {
    const message = `The prompt has ${template.length} characters where ${sourceLimits.promptCharacters} are allowed.`;
    return { ok: false, fault: { message, hint: 'Give large texts as variables.', start: 0, end: template.length } };
  }
  const opened = template.split(/\{[{%]/u, sourceLimits.promptTags + 2).length - 1;
  if (opened > sourceLimits.promptTags) {
    const message = `The prompt has more than ${sourceLimits.promptTags} tags and outputs.`;
    return { ok: false, fault: { message, hint: 'Loop over a list instead.', start: 0, end: template.length } };
  }
  try {
    const parsed = theEngine().parse(template);
    return { ok: true, prompt: { variables: () => variablesOf(parsed), render: (values) => render(parsed, values) } };
  } catch (error) {
    return { ok: false, fault: promptFault(error, template) };
  }
}

function variablesOf(parsed: Template[]): readonly string[] {
  return theEngine().globalVariablesSync(parsed);
}

/** The values are copied at the top, since Liquid's `increment` writes there. */
function render(parsed: Template[], values: ScopeValues): string {
  try {
    const text: unknown = theEngine().renderSync(parsed, { __proto__: null, ...values });
    if (typeof text === 'string' && text.length <= promptLimits.outputCharacters) return text;
    throw failureError({
      code: 'config.expression',
      message: `The prompt grew beyond ${promptLimits.outputCharacters} characters.`,
      hint: 'Put less into it.',
    });
  } catch (error) {
    throw promptFailure(error);
  }
}

function promptFault(error: unknown, template: string): ExpressionFault {
  const whole = { start: 0, end: template.length };
  if (!LiquidError.is(error)) {
    return { message: 'The prompt is nested too deeply.', hint: 'Take loops and conditions apart.', ...whole };
  }
  const { token } = error;
  const inside = token.input === template && token.begin >= 0 && token.begin <= token.end;
  const range = inside ? { start: token.begin, end: Math.min(token.end, template.length) } : whole;
  return { ...explainFault(ownWords(error.message)), ...range };
}

function explainFault(message: string): { readonly message: string; readonly hint?: string } {
  const tag = /^tag "(.*)" not found$/u.exec(message)?.[1];
  if (tag !== undefined && fileTags.some((name) => name === tag)) {
    return {
      message: `The tag "${tag}" is not available: a prompt cannot read other files.`,
      hint: 'Write the text into the prompt, or give it as a variable.',
    };
  }
  if (tag !== undefined) return unknownName('tag', tag, theEngine());
  const filter = /^undefined filter: (.*)$/u.exec(message)?.[1];
  if (filter !== undefined) return unknownName('filter', filter, theEngine());
  return { message: `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}` };
}

function unknownName(
  kind: 'tag' | 'filter',
  name: string,
  { tags, filters }: Liquid,
): { message: string; hint?: string } {
  const nearest = nearestName(name, Object.keys(kind === 'tag' ? tags : filters));
  const message = `There is no ${kind} "${name}".`;
  return nearest === undefined ? { message } : { message, hint: `Did you mean "${nearest}"?` };
}

/** Without the position that Liquid appends to its messages. */
function ownWords(message: string): string {
  return message.replace(/(?:, file:[^,]*)?, line:\d+, col:\d+$/u, '');
}

function promptFailure(error: unknown): Error {
  const failure = failureOf(error) ?? failureOf(originalOf(error));
  if (failure !== undefined) return failureError(failure);
  const message = LiquidError.is(error) ? ownWords(error.message) : '';
  const variable = /^undefined variable: (.*)$/u.exec(message)?.[1];
  if (variable !== undefined) {
    return failureError({
      code: 'config.expression',
      message: `The prompt uses "${variable}", which has no value.`,
      hint: `Give it in the input of the node, or write {{ ${variable} | default: "" }}.`,
    });
  }
  if (message.endsWith('limit exceeded')) {
    return failureError({
      code: 'config.expression',
      message: 'The prompt took too much time or memory.',
      hint: 'Loop over less, and put smaller texts into it.',
    });
  }
  const place = LiquidError.is(error) ? ` at ${shorten(error.token.getText())}` : '';
  return failureError({
    code: 'config.expression',
    message: `The prompt could not be rendered${place}.`,
    hint: 'Check the types of the values that it uses there.',
  });
}

function originalOf(error: unknown): unknown {
  return LiquidError.is(error) ? error.originalError : undefined;
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
