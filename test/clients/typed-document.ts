/**
 * Documents whose commands are typed as they stand there, against a server of a test's own instead of the one at port 8000, and print
 * what stands under them.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stator } from '../cli/stator-process.ts'

const root = join(import.meta.dirname, '../..')
const commandMsMax = 60_000

/** Something that a reader does: type a command, or put a text into a file. */
export type Step = Command | { readonly kind: 'file'; readonly name: string; readonly text: string }

export interface Command {
  readonly kind: 'command'
  readonly text: string
  /** The comments under it: what it prints, with `…` for anything. */
  readonly output: readonly string[]
}

/** What comes of a command. */
export interface Typed {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Shell {
  readonly endpoint: string
  /** The AWS CLI. Debian's is too old to read the endpoint from the environment. */
  readonly aws: string
  /** Where commands are typed. */
  readonly folder?: string
  /** What was typed before and holds in this shell: exports. */
  readonly before?: readonly string[]
}

/** The text of a document. `path`: from the root of the repository. */
export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** What stands under a heading of the second rank, up to the next of that rank. */
export function sectionOf(document: string, heading: string): string {
  const section = document.split(/^## /m).find((each) => each.startsWith(`${heading}\n`))
  assert.ok(section !== undefined, `there is no heading ${heading}`)
  return section
}

/** The code blocks of one language. */
export function blocksOf(document: string, language: string): readonly string[] {
  return [...document.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === language).map(([, , text = '']) => text)
}

/** What a reader does, in order. A block of another language is a file when the line before it ends with its name, or with a few words behind that, and a colon. */
export function stepsOf(document: string): readonly Step[] {
  return [...document.matchAll(/^(?:(.*)\n\n)?```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(
    ([, line = '', language, text = '']): readonly Step[] => {
      if (language === 'sh') return commandsIn(text)
      const [, name] = /`([\w.-]+\.\w+)`[^`]*:$/.exec(line) ?? []
      return name === undefined ? [] : [{ kind: 'file', name, text }]
    },
  )
}

export function commandsOf(document: string): readonly Command[] {
  return stepsOf(document).filter((step) => step.kind === 'command')
}

function commandsIn(text: string): readonly Command[] {
  const found: { kind: 'command'; text: string; output: string[] }[] = []
  for (const line of text.replaceAll('\\\n', '').split('\n')) {
    if (line.startsWith('# ')) found.at(-1)?.output.push(line.slice(2))
    else if (line !== '') found.push({ kind: 'command', text: line.replace(/\s{2,}# .*$/, ''), output: [] })
  }
  return found
}

/** The words of a command that serves, which the test starts itself; undefined for any other. */
export function servingWords({ text }: Command): readonly string[] | undefined {
  const [, words] = /^(?:npm start(?: --)?|stator)((?: -.*)?)$/.exec(text) ?? []
  return words?.split(' ').filter((word) => word !== '')
}

/** A text of a document, about this server. */
export function here(text: string, endpoint: string): string {
  return text.replaceAll('http://127.0.0.1:8000', endpoint)
}

/** Types a command and waits for its end. */
export function typed(text: string, { endpoint, aws, folder, before = [] }: Shell): Promise<Typed> {
  const functions = [`aws() { ${aws} --endpoint-url ${endpoint} "$@"; }`, `stator() { '${process.execPath}' '${stator}' "$@"; }`]
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    LANG: 'C.UTF-8',
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
  }
  const script = [...functions, ...before, text].map((line) => here(line, endpoint)).join('\n')
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { cwd: folder, env, timeout: commandMsMax }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out: out.trim(), err: err.trim() })
    })
  })
}

/** That it ended as it should and printed what stands under it. An error of the AWS CLI is printed elsewhere, and ends with 254. */
export function assertPrinted({ code, out, err }: Typed, { text, output }: Command): void {
  const expected = output.join('\n')
  const isRefused = expected.startsWith('An error occurred')
  assert.equal(code, isRefused ? 254 : 0, `${text}\n${err}`)
  const printed = isRefused ? err : out
  if (!expected.includes('…')) assert.equal(printed, expected, text)
  else assert.match(printed, new RegExp(`^${expected.split('…').map(RegExp.escape).join('[\\s\\S]*')}$`), text)
}

/** Does all that a document says, in a folder; commands that serve are left out, as the test has started the server. */
export async function follow(steps: readonly Step[], shell: Shell & { readonly folder: string }): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'file') writeFileSync(join(shell.folder, step.name), step.text)
    else if (servingWords(step) === undefined) assertPrinted(await typed(step.text, shell), step)
  }
}
