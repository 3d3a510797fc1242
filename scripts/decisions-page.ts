/** docs/decisions/README.md, of the headings of the decisions. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'docs', 'decisions')

export function decisionsPage(): string {
  const files = readdirSync(folder).filter((name) => /^\d{4}-/.test(name))
  const lines = files.sort().map((file) => `- [${headingOf(readFileSync(join(folder, file), 'utf8'))}](${file})\n`)
  return `# Decisions\n\nWhat was decided, why, and what was measured. Numbers that are missing were never given.\n\n${lines.join('')}`
}

function headingOf(text: string): string {
  return text.slice('# '.length, text.indexOf('\n'))
}
