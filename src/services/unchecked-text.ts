/** The text of a member that nobody has checked yet: what a request needs to be allowed is found out before what is wrong with it. */

/** What is no single value is none: nothing is done with it either, as the checks of the operation refuse it. */
export function uncheckedText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}
