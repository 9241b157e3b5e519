/** What the work gives, or the end of waiting for it: the work itself goes on until somebody ends it. */
export async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const leave = (): void => reject(new Error('The call was ended.'));
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
