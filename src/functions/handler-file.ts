/** Which file a handler such as `src/orders.handler` means, and what of it: as Lambda reads it, or a whole file, of which it is `handler`. */
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

export interface HandlerFile {
  readonly file: string
  readonly exported: string
  readonly language: 'node' | 'python'
}

const endings = ['.mjs', '.js', '.cjs', '.ts', '.mts', '.cts', '.py']

/** Undefined: there is no such file. */
export function handlerFile(folder: string, handler: string): HandlerFile | undefined {
  const whole = resolve(folder, handler)
  if (isFile(whole)) return withLanguage(whole, 'handler')
  const slash = Math.max(handler.lastIndexOf('/'), handler.lastIndexOf('\\'))
  const dot = handler.indexOf('.', slash + 1)
  if (dot < 0) return undefined
  const base = resolve(folder, handler.slice(0, dot))
  const found = endings.map((ending) => `${base}${ending}`).find(isFile)
  return found === undefined ? undefined : withLanguage(found, handler.slice(dot + 1))
}

function withLanguage(file: string, exported: string): HandlerFile {
  return { file, exported, language: file.endsWith('.py') ? 'python' : 'node' }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile()
}
