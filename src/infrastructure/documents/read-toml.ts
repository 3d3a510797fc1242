/** TOML, of which nothing becomes tables: what tools keep beside infrastructure code. */
import { SourceFault } from './tree.ts'

export type Toml = typeof import('smol-toml')

/** The package, for who reads: nothing else of Stator needs it. */
export function loadToml(): Promise<Toml> {
  return import('smol-toml')
}

/** Throws SourceFault. */
export function readToml({ parse, TomlError }: Toml, text: string, file: string): object {
  try {
    return parse(text)
  } catch (error) {
    const [message = ''] = (error as Error).message.split('\n')
    throw new SourceFault({ file, line: error instanceof TomlError ? error.line : 0 }, `it is not TOML: ${message.replace(/\.?$/, '.')}`)
  }
}
