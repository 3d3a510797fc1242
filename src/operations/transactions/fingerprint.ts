/** What two requests with one client token are compared by (indexes-streams-ttl-transactions.md §7.1). */
import { digest } from '../../base/digest.ts'

/** Equal for equal JSON, in whatever order the members of its objects are written. `value` must not be nested too deep to recurse. */
export function fingerprintOf(value: unknown): string {
  return digest(canonicalText(value))
}

function canonicalText(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`
  let text = ''
  const members: { readonly [name: string]: unknown } = { ...value }
  for (const name of Object.keys(members).sort()) {
    if (members[name] !== undefined) text += `${JSON.stringify(name)}:${canonicalText(members[name])},`
  }
  return `{${text}}`
}
