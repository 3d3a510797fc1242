/** What to say to somebody who typed a word that a command does not know. */
import { nearest } from '../base/nearest.ts'

/** The rest of a sentence about what is not there: what was meant perhaps, and where to look. */
export function adviceOn(typed: string, names: Iterable<string>, command: string): string {
  const name = nearest(typed, names)
  return `${name === undefined ? 'see' : `did you mean ${name}? See`} ${command} --help.`
}
