/** Keys, attribute names and messages come from others, and a terminal does what it is told: what it could obey becomes `?`. */

export function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?')
}
