const bytesPerNumber = 4;

/** A vector as an item carries it: brought to length 1, as 32-bit floats, little-endian, in base64. */
export function encodeVector(vector: Float32Array): string {
  const length = Math.sqrt(vector.reduce((sum, number) => sum + number * number, 0));
  const bytes = new Uint8Array(vector.length * bytesPerNumber);
  const view = new DataView(bytes.buffer);
  for (const [index, number] of vector.entries()) {
    view.setFloat32(index * bytesPerNumber, length === 0 ? 0 : number / length, true);
  }
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Nothing for a text that holds no vector. */
export function decodeVector(text: string): Float32Array | undefined {
  const numbers = new Float32Array(Math.floor((bytesOf(text)?.length ?? 0) / bytesPerNumber));
  return numbers.length > 0 && readVector(text, numbers) ? numbers : undefined;
}

/** Writes the vector into `target`; false when it has another number of dimensions, or is none. */
export function readVector(text: string, target: Float32Array): boolean {
  const bytes = bytesOf(text);
  if (bytes?.length !== target.length * bytesPerNumber) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let index = 0; index < target.length; index += 1) {
    const number = view.getFloat32(index * bytesPerNumber, true);
    if (!Number.isFinite(number)) return false;
    target[index] = number;
  }
  return true;
}

/** Node's own decoder is ten times as fast; browsers have none. */
function bytesOf(text: string): Uint8Array | undefined {
  if (typeof Buffer !== 'undefined') return Buffer.from(text, 'base64');
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
