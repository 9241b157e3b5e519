import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readAll } from '../../../../src/cli/input/read-stream.ts';

it('reads a stream to its end', async () => {
  const stream = Readable.from([Buffer.from('one '), Buffer.from('two')]);
  expect(await readAll(stream, { maxBytes: 7 })).toEqual(Buffer.from('one two'));
});

it('stops as soon as a stream gives more than it may', async () => {
  let pieces = 0;
  const endless = new Readable({
    read() {
      pieces += 1;
      this.push(Buffer.alloc(1_024));
    },
  });
  expect(await readAll(endless, { maxBytes: 10_000 })).toBe('too_large');
  expect(endless.destroyed).toBe(true);
  expect(pieces).toBeLessThan(100);
});

it('leaves a stream that gives nothing in time', async () => {
  const silent = new PassThrough();
  expect(await readAll(silent, { maxBytes: 10, firstByteMs: 0 })).toBeUndefined();
  expect(silent.destroyed).toBe(true);
});

it('passes on why a stream cannot be read', async () => {
  const broken = new Readable({ read: () => broken.destroy(new Error('It broke.')) });
  await expect(readAll(broken, { maxBytes: 10, firstByteMs: 1_000 })).rejects.toThrow('It broke.');
});
