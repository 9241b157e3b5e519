import { createHash } from 'node:crypto';
import { EngineError } from '../../errors/index.ts';
import type { Artifact, TaskStore } from '../../services/index.ts';

/** A value in the journal: in place when it is small, else by the hash of its text. */
export type StoredValue = { readonly value: unknown } | { readonly artifact: string; readonly bytes: number };

/** Values whose JSON is longer are stored once, apart from the journal. */
const inlineBytes = 4_096;

/** Values that a task has in the store already. Stages hand large ones on, and nobody changes them. */
export interface KnownValues {
  readonly objects: WeakMap<object, StoredValue>;
  text?: { readonly value: string; readonly stored: StoredValue };
}

export function noKnownValues(): KnownValues {
  return { objects: new WeakMap() };
}

/** The stored form of a value, and the artifact that has to be stored with it, if the task does not have it yet. */
export function storeValue(
  value: unknown,
  known: KnownValues = noKnownValues(),
): { readonly stored: StoredValue; readonly artifacts: readonly Artifact[] } {
  const before = knownForm(value, known);
  if (before !== undefined) return { stored: before, artifacts: [] };
  const made = newForm(value);
  if ('artifact' in made.stored) remember(value, made.stored, known);
  return made;
}

function knownForm(value: unknown, { objects, text }: KnownValues): StoredValue | undefined {
  if (typeof value === 'string') return text?.value === value ? text.stored : undefined;
  return typeof value === 'object' && value !== null ? objects.get(value) : undefined;
}

function remember(value: unknown, stored: StoredValue, known: KnownValues): void {
  if (typeof value === 'string') known.text = { value, stored };
  else if (typeof value === 'object' && value !== null) known.objects.set(value, stored);
}

function newForm(value: unknown): { readonly stored: StoredValue; readonly artifacts: readonly Artifact[] } {
  const text = JSON.stringify(value ?? null);
  if (text.length <= inlineBytes && Buffer.byteLength(text) <= inlineBytes)
    return { stored: { value: value ?? null }, artifacts: [] };
  const hash = hashOf(text);
  return { stored: { artifact: hash, bytes: Buffer.byteLength(text) }, artifacts: [{ hash, text }] };
}

export function loadValue(stored: StoredValue, store: Pick<TaskStore, 'artifact'>): unknown {
  if ('value' in stored) return stored.value;
  const text = store.artifact(stored.artifact);
  if (text === undefined) throw brokenValue(stored.artifact, 'is missing from the store');
  if (hashOf(text) !== stored.artifact) throw brokenValue(stored.artifact, 'is not what was stored');
  const value: unknown = JSON.parse(text);
  return value;
}

function brokenValue(hash: string, fault: string): EngineError {
  return new EngineError('STORE_JOURNAL_BROKEN', `The value with hash "${hash}" ${fault}.`, {
    hint: 'Restore the state file from a backup, or run the task anew.',
    details: { artifact: hash },
  });
}

/** Content address of a text: SHA-256 in hexadecimal. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
