/** How long something took, in the unit that reads best. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)}ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`; // above, the rounded number would be 60.0
  const minutes = Math.floor(Math.round(seconds) / 60);
  const rest = Math.round(seconds) % 60;
  if (minutes < 60) return `${minutes}m ${String(rest).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
}

export function countText(count: number, singular: string, plural = `${singular}s`): string {
  const digits = count < 1_000 ? String(count) : count.toLocaleString('en'); // which takes long the first time
  return `${digits} ${count === 1 ? singular : plural}`;
}

export function costText(dollars: number): string {
  return `$${dollars.toFixed(dollars < 0.01 ? 5 : 2)}`;
}

/** Local time to the second, as `2026-01-31 14:05:09`. */
export function timeText(epochMs: number): string {
  const date = new Date(epochMs);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
