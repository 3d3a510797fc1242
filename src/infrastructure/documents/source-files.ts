/** Files of infrastructure code, as those who can read files give them: this floor has none of its own. */
import { sourceBytesMax } from '../limits.ts'
import { readJson } from './read-json.ts'
import { loadToml, readToml, type Toml } from './read-toml.ts'
import { loadYaml, readYaml, type Yaml } from './read-yaml.ts'
import { SourceFault, type Tree, treeOf } from './tree.ts'

/** Paths have `/` between their names. */
export interface SourceFiles {
  /** `outside`: of all folders that were given. */
  kindOf(path: string): 'file' | 'folder' | 'outside' | undefined
  /** Names, in order. */
  list(folder: string): readonly string[]
  /** Throws an error of one sentence, also for what lies outside. */
  read(path: string): Uint8Array
  /** What a program exports. Left out: programs are not run. Throws what the program throws. */
  run?(path: string): unknown
}

/** Reads documents, and remembers which. */
export class Sources {
  readonly files: SourceFiles
  /** Paths. */
  readonly read: Set<string> = new Set()
  readonly #yaml: Yaml
  readonly #toml: Toml
  readonly #documents = new Map<string, Tree>()

  private constructor(files: SourceFiles, { yaml, toml }: { readonly yaml: Yaml; readonly toml: Toml }) {
    this.files = files
    this.#yaml = yaml
    this.#toml = toml
  }

  static async open(files: SourceFiles): Promise<Sources> {
    const [yaml, toml] = await Promise.all([loadYaml(), loadToml()])
    return new Sources(files, { yaml, toml })
  }

  /** JSON when it looks like that, else YAML. Throws SourceFault. */
  document(path: string): Tree {
    const tree = this.#documents.get(path) ?? this.documentIn(this.text(path), path)
    this.#documents.set(path, tree)
    return tree
  }

  documentIn(text: string, path: string): Tree {
    const isJson = /^\ufeff?\s*[{[]/.test(text) && !/\.ya?ml$/i.test(path)
    return isJson ? readJson(text, path) : readYaml(this.#yaml, text, path)
  }

  /** What a program exports, or what the function that it exports gives back. Undefined: programs are not run. Throws SourceFault. */
  program(path: string): Tree | undefined {
    const { run } = this.files
    if (run === undefined) return undefined
    const tree = this.#documents.get(path) ?? this.#run(path, run)
    this.#documents.set(path, tree)
    return tree
  }

  #run(path: string, run: NonNullable<SourceFiles['run']>): Tree {
    const place = { file: path, line: 0 }
    // It is read first: what lies outside is not run.
    this.bytes(path)
    let value: unknown
    try {
      const exported = run(path)
      value = typeof exported === 'function' ? exported() : exported
    } catch (error) {
      throw new SourceFault(place, `it cannot be run: ${(error instanceof Error ? error.message : String(error)).replace(/\.?$/, '.')}`)
    }
    if (value instanceof Promise) {
      value.catch(() => {})
      throw new SourceFault(place, 'it gives a promise, and what it will be is not waited for: run serverless package.')
    }
    return treeOf(value, place)
  }

  /** Throws SourceFault. */
  toml(path: string): object {
    return readToml(this.#toml, this.text(path), path)
  }

  /** Throws SourceFault. */
  text(path: string): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.bytes(path))
    } catch (error) {
      if (error instanceof SourceFault) throw error
      throw new SourceFault({ file: path, line: 0 }, 'it is no text in UTF-8.')
    }
  }

  /** Throws SourceFault. */
  bytes(path: string): Uint8Array {
    this.read.add(path)
    const place = { file: path, line: 0 }
    if (this.files.kindOf(path) === 'outside') throw new SourceFault(place, 'it lies outside of what was given: give its folder, too.')
    let bytes: Uint8Array
    try {
      bytes = this.files.read(path)
    } catch (error) {
      throw new SourceFault(place, `it cannot be read: ${(error as Error).message.replace(/\.?$/, '.')}`)
    }
    if (bytes.byteLength > sourceBytesMax) throw new SourceFault(place, `it is larger than ${sourceBytesMax / 1024 / 1024} MB.`)
    return bytes
  }
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '.' : path.slice(0, slash) || '/'
}

/** `name` as it is written in a file of `folder`, with `.` and `..` taken away. */
export function joined(folder: string, name: string): string {
  const isAbsolute = name.startsWith('/') || folder.startsWith('/')
  const parts: string[] = []
  for (const part of (name.startsWith('/') ? name : `${folder}/${name}`).split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return `${isAbsolute ? '/' : ''}${parts.join('/')}` || '.'
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
