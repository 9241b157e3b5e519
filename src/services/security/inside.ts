import path from 'node:path';

/** True when an absolute path is the directory or lies below it. Compares text alone: give it real paths. */
export function isInside(directory: string, candidate: string): boolean {
  const way = path.relative(directory, candidate);
  return way === '' || (way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way));
}
