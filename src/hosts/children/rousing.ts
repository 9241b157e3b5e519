/** How an attempt at work hears of child tasks at rest that can go on: they were answered, or their time is up. */
export interface Rousing {
  /** Calls back once. False when the child was roused already: it is to be looked after at once. */
  listen(childId: string, onRoused: () => void): boolean;
  /** Listens for no child any more. */
  stop(): void;
  /** False when nobody listens for that child. */
  rouse(childId: string): boolean;
}

export function createRousing(): Rousing {
  const listeners = new Map<string, () => void>();
  const missed = new Set<string>();
  return {
    listen(childId, onRoused) {
      if (missed.delete(childId)) return false;
      listeners.set(childId, onRoused);
      return true;
    },
    stop: () => listeners.clear(),
    rouse(childId) {
      const onRoused = listeners.get(childId);
      if (onRoused === undefined) missed.add(childId);
      listeners.delete(childId);
      onRoused?.();
      return onRoused !== undefined;
    },
  };
}
