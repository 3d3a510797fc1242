/** The label by which a table's streams are told apart: CreateTable and UpdateTable give it when they enable one. */

/** `yyyy-MM-ddTHH:mm:ss.SSS`, later than the labels that streams of a table of this name had: none is given twice. */
export function streamLabelAt(timeMs: number, ...lastLabels: readonly (string | undefined)[]): string {
  const afterLastMs = lastLabels.map((label) => (label === undefined ? timeMs : Date.parse(`${label}Z`) + 1))
  return new Date(Math.max(timeMs, ...afterLastMs)).toISOString().slice(0, -1)
}
