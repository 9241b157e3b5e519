import { z } from 'zod';
import type { BlockDelta, StreamEvent } from './events.ts';

interface OpenBlock {
  /** As it was sent at its start. */
  readonly start: Readonly<Record<string, unknown>>;
  text: string;
  json: string;
  isOver: boolean;
}

/** Puts the events of a stream together to the message that they are the parts of. */
export interface MessageCollector {
  /** Takes an event, and gives the text that it adds. Throws when the event has no place. */
  readonly add: (event: StreamEvent) => string;
  /** Whether the end marker came. */
  readonly isComplete: () => boolean;
  /** In the shape of an answer that came in one piece. */
  readonly message: () => unknown;
}

export function createMessageCollector(): MessageCollector {
  const blocks = new Map<number, OpenBlock>();
  let head: Readonly<Record<string, unknown>> = {};
  let usage: Readonly<Record<string, unknown>> = {};
  let stopReason: string | undefined;
  let isComplete = false;

  const add = (event: StreamEvent): string => {
    switch (event.type) {
      case 'message_start':
        head = { model: event.message.model };
        usage = { ...event.message.usage, ...usage };
        return '';
      case 'content_block_start':
        return startBlock(blocks, event.index, event.content_block);
      case 'content_block_delta':
        return addPiece(blockAt(blocks, event.index), event.delta);
      case 'content_block_stop':
        blockAt(blocks, event.index).isOver = true;
        return '';
      case 'message_delta':
        stopReason = event.delta.stop_reason ?? stopReason;
        usage = { ...usage, ...withoutNulls(event.usage ?? {}) };
        return '';
      case 'message_stop':
        isComplete = true;
        return '';
    }
  };
  return {
    add,
    isComplete: () => isComplete,
    message: () => ({
      ...head,
      content: [...blocks].toSorted(([one], [other]) => one - other).map(([, block]) => finished(block)),
      stop_reason: stopReason,
      usage,
    }),
  };
}

const Text = z.object({ text: z.string() });

/** Proxies that reconnect send events again: a block that began already begins only once. */
function startBlock(blocks: Map<number, OpenBlock>, index: number, start: OpenBlock['start']): string {
  if (blocks.has(index)) return '';
  const text = Text.safeParse(start).data?.text ?? '';
  blocks.set(index, { start, text, json: '', isOver: false });
  return text;
}

function addPiece(block: OpenBlock, delta: BlockDelta): string {
  if (block.isOver) return '';
  if ('text' in delta) {
    block.text += delta.text;
    return delta.text;
  }
  if ('partial_json' in delta) block.json += delta.partial_json;
  return '';
}

function blockAt(blocks: ReadonlyMap<number, OpenBlock>, index: number): OpenBlock {
  const block = blocks.get(index);
  if (block === undefined) throw new Error(`A piece came for block ${index}, which never began.`);
  return block;
}

function finished({ start, text, json }: OpenBlock): unknown {
  if (start['type'] === 'text') return { ...start, text };
  return json === '' ? start : { ...start, input: parsed(json) };
}

/** The text where it is no JSON, as after a cut. */
function parsed(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return value;
  } catch {
    return json;
  }
}

function withoutNulls(usage: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));
}
