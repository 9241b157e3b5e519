const bytesPerNumber = 4;

/** A vector as an item carries it: brought to length 1, as 32-bit floats, little-endian, in base64. */
export function encodeVector(vector: Float32Array): string {
  const length = Math.hypot(...vector);
  const bytes = new Uint8Array(vector.length * bytesPerNumber);
  const view = new DataView(bytes.buffer);
  for (const [index, number] of vector.entries()) {
    view.setFloat32(index * bytesPerNumber, length === 0 ? 0 : number / length, true);
  }
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Nothing for a text that holds no vector. */
export function decodeVector(text: string): Float32Array | undefined {
  const bytes = bytesOf(text);
  if (bytes === undefined || bytes.length === 0 || bytes.length % bytesPerNumber !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vector = new Float32Array(bytes.length / bytesPerNumber);
  for (let index = 0; index < vector.length; index += 1) vector[index] = view.getFloat32(index * bytesPerNumber, true);
  return vector.every(Number.isFinite) ? vector : undefined;
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
