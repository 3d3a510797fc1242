/** Keys, attribute names and messages come from others, and a terminal does what it is told: what it could obey becomes `?`. */

export function printable(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
}

/** The same for what has lines. */
export function printableLines(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/gu, '?')
}
