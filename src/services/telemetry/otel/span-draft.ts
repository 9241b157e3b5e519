export type Attributes = Readonly<Record<string, string | number | readonly string[]>>;

/** A span that is over, as plain data. Times are milliseconds since the epoch. */
export interface SpanDraft {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** Of a call that leaves the process. */
  readonly isClient: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  /** Why it failed. */
  readonly error?: { readonly type: string; readonly message: string };
}

/** The fields that are there. */
export function present(
  fields: Readonly<Record<string, string | number | readonly string[] | undefined>>,
): Record<string, string | number | readonly string[]> {
  const entries = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
