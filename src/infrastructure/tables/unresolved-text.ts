/** What is said of something that depends on what no file says. */
import type { Unresolved } from '../documents/tree.ts'

/** `depends on !ImportValue net-key, which no imported stack exports. Give --import-value net-key=VALUE`, without the last full stop. */
export function dependsOn({ text, why, hint }: Unresolved): string {
  return `depends on ${text}, ${why}${hint === '' ? '' : `. ${hint.replace(/\.$/, '')}`}`
}
