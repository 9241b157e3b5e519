/**
 * Whether a name may stand for ".git" on some file system: in other letters, with blanks and dots at its end or a stream behind it
 * (NTFS), with characters that nobody sees (HFS+), in letters of another width, or by its short name.
 */
export function isGitName(name: string): boolean {
  const [base = ''] = name.normalize('NFKC').split(':');
  const plain = base.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '').replace(/[. ]+$/u, '');
  return /^(?:\.git|git~\d+)$/iu.test(plain);
}
