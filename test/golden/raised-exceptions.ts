/** Which exceptions of the catalogue the code of the server can raise: those that a file of it names. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ExceptionName, exceptions } from '../../src/api/errors.ts'

const source = join(import.meta.dirname, '..', '..', 'src')
/** Names what the model promises, and raises nothing. */
const promises = [join(source, 'api', 'operation-errors.ts'), join(source, 'api', 'shapes')]

/** In alphabetical order. */
export function raisedExceptions(): ExceptionName[] {
  const texts = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !promises.some((promise) => path.startsWith(promise)))
    .map((path) => readFileSync(path, 'utf8'))
  return (Object.keys(exceptions) as ExceptionName[]).filter((name) => texts.some((text) => text.includes(`'${name}'`))).sort()
}
