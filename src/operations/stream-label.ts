/** The label by which a table's streams are told apart: CreateTable and UpdateTable give it when they enable one. */

/** `yyyy-MM-ddTHH:mm:ss.SSS`, later than the label of the table's last stream: one is never given twice. */
export function streamLabelAt(timeMs: number, lastLabel?: string): string {
  const afterLastMs = lastLabel === undefined ? timeMs : Date.parse(`${lastLabel}Z`) + 1
  return new Date(Math.max(timeMs, afterLastMs)).toISOString().slice(0, -1)
}
