import type { Low } from 'lowdb';
import { formatDocument, parseDocument, type MemoryDocument } from './file-format.ts';
import { withFileLock } from './file-lock.ts';
import { mapOf, type ItemMap } from './item-map.ts';
import { guarded } from './memory-errors.ts';
import type { MemoryItem } from './port.ts';
import { copyWhole, putAside, type Quarantine } from './quarantine.ts';

export interface MemoryFileOptions {
  readonly file: string;
  readonly onQuarantine: (quarantine: Quarantine) => void;
  /** Epoch in milliseconds, for the names of damaged files. */
  readonly now: () => number;
}

export interface MemoryFile {
  /** What is in the file now, whoever wrote it. */
  read(): Promise<ItemMap>;
  /** Changes what is in the file now, while nobody else can; `change` says whether it did. Nothing is changed when it rejects. */
  update(change: (items: Map<string, MemoryItem>) => boolean): Promise<void>;
}

interface Loaded {
  readonly items: ItemMap;
  /** Tells whether the file was replaced since; every write replaces it. */
  readonly mark: string;
  readonly damage: string | undefined;
}

/** A JSON file, replaced as a whole by lowdb, that several processes may share. */
export function openMemoryFile(options: MemoryFileOptions): MemoryFile {
  const { file } = options;
  let loaded: Loaded = { items: new Map(), mark: '', damage: undefined };

  const load = async (): Promise<Loaded> => {
    const mark = await guarded(file, 'read', () => markOf(file));
    if (mark === loaded.mark && loaded.damage === undefined) return loaded;
    const { items, damage } = await guarded(file, 'read', () => readDocument(file));
    loaded = { items: mapOf(items, loaded.items), mark, damage };
    return loaded;
  };
  const store = async (items: ItemMap): Promise<void> => {
    await writeDocument(file, { items: [...items.values()] });
    loaded = { items, mark: await markOf(file), damage: undefined };
  };
  const loadSound = async (): Promise<ItemMap> => {
    const { items, damage } = await load();
    if (damage === undefined) return items;
    const copy = await putAside(options, copyWhole);
    await store(items);
    options.onQuarantine({ file, copy, problem: damage, kept: items.size });
    return items;
  };
  const locked = <T>(work: () => Promise<T>): Promise<T> => {
    return guarded(file, 'write', async () => {
      await makeDirectory(file);
      return withFileLock(file, work);
    });
  };
  return {
    read: async () => {
      const { items, damage } = await load();
      return damage === undefined ? items : locked(loadSound);
    },
    update: (change) => {
      return locked(async () => {
        const items = new Map(await loadSound());
        if (change(items)) await store(items);
      });
    },
  };
}

async function markOf(file: string): Promise<string> {
  const { stat } = await import('node:fs/promises');
  try {
    const { ino, size, mtimeNs } = await stat(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'missing';
    throw error;
  }
}

async function readDocument(file: string): Promise<MemoryDocument> {
  const low = await openLow(file);
  await low.read();
  return low.data;
}

async function writeDocument(file: string, document: MemoryDocument): Promise<void> {
  const low = await openLow(file);
  low.data = document;
  await low.write();
}

async function openLow(file: string): Promise<Low<MemoryDocument>> {
  const { DataFile } = await import('lowdb/node');
  const lowdb = await import('lowdb');
  const adapter = new DataFile<MemoryDocument>(file, {
    parse: (text) => parseDocument(text, file),
    stringify: formatDocument,
  });
  return new lowdb.Low<MemoryDocument>(adapter, { items: [] });
}

async function makeDirectory(file: string): Promise<void> {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(process.getBuiltinModule('node:path').dirname(file), { recursive: true });
}
