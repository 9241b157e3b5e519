import { sourceLimits } from './limits.ts';
import {
  createPatternReader,
  patternError,
  readChoice,
  type CharacterTest,
  type PatternFault,
  type PatternNode,
  type Position,
} from './pattern-syntax.ts';

export interface CompiledPattern {
  /** Instructions: the time of a test is at most the length of the text times this. */
  readonly size: number;
  test(text: string): boolean;
}

export type PatternResult =
  { readonly ok: true; readonly pattern: CompiledPattern } | { readonly ok: false; readonly fault: PatternFault };

type Instruction =
  | { readonly kind: 'character'; readonly test: CharacterTest; readonly next: number }
  | { readonly kind: 'position'; readonly position: Position; readonly next: number }
  | { readonly kind: 'fork'; readonly next: readonly number[] }
  | { readonly kind: 'found' };

/**
 * Regular expressions in time that grows with the text and not beyond it: all ways through the pattern are followed at
 * once (Thompson's construction), where the built-in engine tries one after the other and can take for ever.
 */
export function compilePattern(source: string): PatternResult {
  try {
    if (source.length > sourceLimits.patternCharacters) {
      throw patternError(`It has ${source.length} characters where ${sourceLimits.patternCharacters} are allowed.`);
    }
    const reader = createPatternReader(source);
    const tree = readChoice(reader);
    if (reader.offset < source.length) throw patternError('A ")" has no "(" before it.');
    const instructions: Instruction[] = [{ kind: 'found' }];
    const start = emit({ instructions, written: 0 }, tree, 0);
    const machine = { program: instructions, start, multiline: reader.multiline };
    return { ok: true, pattern: { size: instructions.length, test: (text) => run(machine, text) } };
  } catch (error) {
    if (error instanceof Error && 'patternFault' in error && isFault(error.patternFault)) {
      return { ok: false, fault: error.patternFault };
    }
    throw error;
  }
}

function isFault(value: unknown): value is PatternFault {
  return typeof value === 'object' && value !== null && 'message' in value;
}

interface Program {
  readonly instructions: Instruction[];
  /** Nodes written so far: an empty group writes no instruction but still takes time to repeat. */
  written: number;
}

/** Writes the instructions of a node, which lead to `next`, and gives the first one. */
function emit(program: Program, node: PatternNode, next: number): number {
  program.written += 1;
  if (program.written > 10 * sourceLimits.patternInstructions) throw tooManyRepetitions();
  switch (node.kind) {
    case 'character':
      return push(program, { kind: 'character', test: node.test, next });
    case 'position':
      return push(program, { kind: 'position', position: node.position, next });
    case 'sequence':
      return node.items.reduceRight((after, item) => emit(program, item, after), next);
    case 'choice':
      return push(program, { kind: 'fork', next: node.options.map((option) => emit(program, option, next)) });
    case 'repeat':
      return emitRepeat(program, node, next);
  }
}

function emitRepeat(program: Program, node: Extract<PatternNode, { kind: 'repeat' }>, next: number): number {
  let first = next;
  if (node.most === Infinity) {
    const back = push(program, { kind: 'fork', next: [] });
    program.instructions[back] = { kind: 'fork', next: [emit(program, node.item, back), next] };
    first = back;
  } else {
    for (let count = node.least; count < node.most; count += 1) {
      first = push(program, { kind: 'fork', next: [emit(program, node.item, first), next] });
    }
  }
  for (let count = 0; count < node.least; count += 1) first = emit(program, node.item, first);
  return first;
}

function push(program: Program, instruction: Instruction): number {
  if (program.instructions.length >= sourceLimits.patternInstructions) throw tooManyRepetitions();
  return program.instructions.push(instruction) - 1;
}

function tooManyRepetitions(): Error {
  return patternError('Its repetitions make it too large.', 'Repeat less, or use "*" or "+".');
}

interface Machine {
  readonly program: readonly Instruction[];
  readonly start: number;
  readonly multiline: boolean;
}

interface Place {
  readonly before: string;
  readonly after: string;
}

/** Where a run is. The arrays are used again for every character, since a run over a long text would drown in new ones. */
interface Threads {
  /** Instructions to look at next. */
  readonly open: number[];
  /** Instructions that wait for a character. */
  readonly waiting: number[];
  /** The round in which each instruction was looked at last. */
  readonly seen: Uint32Array;
  round: number;
}

function run(machine: Machine, text: string): boolean {
  const threads: Threads = { open: [], waiting: [], seen: new Uint32Array(machine.program.length), round: 0 };
  let before = '';
  for (const character of text) {
    if (follow(machine, threads, { before, after: character })) return true;
    advance(machine.program, threads, character);
    before = character;
  }
  return follow(machine, threads, { before, after: '' });
}

function advance(program: readonly Instruction[], threads: Threads, character: string): void {
  for (const index of threads.waiting) {
    const instruction = program[index];
    if (instruction?.kind === 'character' && instruction.test(character)) threads.open.push(instruction.next);
  }
  threads.waiting.length = 0;
}

/** Goes on until every thread waits for a character; true when one has found the end of the pattern. */
function follow(machine: Machine, threads: Threads, place: Place): boolean {
  const { open, waiting, seen } = threads;
  threads.round += 1;
  open.push(machine.start);
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const instruction = machine.program[index];
    if (instruction === undefined || seen[index] === threads.round) continue;
    seen[index] = threads.round;
    if (instruction.kind === 'found') return true;
    if (instruction.kind === 'character') waiting.push(index);
    else if (instruction.kind === 'fork') open.push(...instruction.next);
    else if (holds(machine.multiline, instruction.position, place)) open.push(instruction.next);
  }
  return false;
}

function holds(multiline: boolean, position: Position, place: Place): boolean {
  if (position === 'start') return place.before === '' || (multiline && place.before === '\n');
  if (position === 'end') return place.after === '' || (multiline && place.after === '\n');
  const isEdge = isWord(place.before) !== isWord(place.after);
  return position === 'word_edge' ? isEdge : !isEdge;
}

function isWord(character: string): boolean {
  return /^\w$/u.test(character);
}
