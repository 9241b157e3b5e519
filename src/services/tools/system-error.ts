import { failureOf, type Failure } from '../../errors/index.ts';
import { notFound, toolFailed } from './failures.ts';

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is no directory',
  EISDIR: 'it is a directory',
  EACCES: 'the operating system does not permit it',
  EPERM: 'the operating system does not permit it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
  E2BIG: 'the arguments are too long',
  EFBIG: 'it would be too large',
  EIO: 'the device reported an error',
};

export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Says what went wrong without the absolute path that is in the system's own message. */
export function describeSystemError(error: unknown): string {
  const code = systemErrorCode(error);
  if (code === undefined) return 'an unexpected error came up';
  return sentences[code] ?? `the system answered ${code}`;
}

/**
 * The failure an error carries, or the one it amounts to; `attempted` is the first half of the sentence, and `missing`
 * are the codes that mean that what was named is not there.
 */
export function toFailure(
  error: unknown,
  attempted: string,
  missing: readonly string[] = ['ENOENT', 'ENOTDIR'],
): Failure {
  const failure = missing.includes(systemErrorCode(error) ?? '') ? notFound : toolFailed;
  return failureOf(error) ?? failure(`${attempted}: ${describeSystemError(error)}.`);
}
