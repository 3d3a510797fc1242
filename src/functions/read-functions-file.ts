/** A file of functions: JSON as it stands; a program (.js, .ts and the like) is run by a process of its own, which prints what it exports. */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readFileBytesMax, readFileMsMax } from './limits.ts'
import { nodeStart } from './node-start.ts'
import { type FunctionSet, FunctionsError, readFunctions } from './read-functions.ts'

/** Rejects with FunctionsError. */
export async function readFunctionsFile(file: string, environment: { readonly [name: string]: string }): Promise<FunctionSet> {
  const path = resolve(file)
  const text = path.endsWith('.json') ? await textOf(path) : await exportedBy(path, environment)
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (error) {
    throw new FunctionsError(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  return readFunctions(given, dirname(path))
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new FunctionsError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const program = `
const loaded = await import(process.argv.at(-1))
const { default: given = loaded } = loaded
process.stdout.write('\\u0000' + JSON.stringify(given?.default ?? given))
`

/** What it prints by itself comes before a NUL. */
function exportedBy(path: string, environment: { readonly [name: string]: string }): Promise<string> {
  const { command, words } = nodeStart(program, [pathToFileURL(path).href])
  return new Promise((resolvePromise, reject) => {
    const child = spawn(command, words, {
      cwd: dirname(path),
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: readFileMsMax,
    })
    const printed = { out: '', errors: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (printed.out.length < readFileBytesMax) printed.out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (printed.errors.length < readFileBytesMax) printed.errors += text
    })
    child.on('error', (error) => reject(new FunctionsError(`${path} cannot be run: ${error.message}`)))
    child.on('close', (code) => {
      const [, exported] = printed.out.split('\u0000')
      if (code === 0 && exported !== undefined) return resolvePromise(exported)
      const line = printed.errors.split('\n').find((each) => /^\w*(Error|Exception)/.test(each)) ?? printed.errors.trim().split('\n').at(-1)
      return reject(new FunctionsError(`${path} cannot be used: ${line || 'it exports nothing'}`))
    })
  })
}
