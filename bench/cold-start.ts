/** How long a person waits for the first answer after typing the command, and what an idle server holds in memory. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Connection } from './connection.ts'
import { median } from './figures.ts'
import { listTables, requestText } from './workload.ts'

const commandLine = join(import.meta.dirname, '../src/cli/stator.ts')
const attempts = 5
const settleMs = 500

export interface ColdStart {
  /** From spawn to the first 200, over an empty data folder. */
  readonly firstAnswerMs: number
  readonly idleRssBytes: number
}

export async function measureColdStart(): Promise<ColdStart> {
  const starts: ColdStart[] = []
  for (let attempt = 0; attempt < attempts; attempt += 1) starts.push(await oneStart())
  return {
    firstAnswerMs: median(starts.map(({ firstAnswerMs }) => firstAnswerMs)),
    idleRssBytes: median(starts.map(({ idleRssBytes }) => idleRssBytes)),
  }
}

async function oneStart(): Promise<ColdStart> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-bench-'))
  const startedAt = performance.now()
  const child = spawn(process.execPath, [commandLine, '--port', '0', '--data-dir', folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const connection = await Connection.open(await printedPort(child))
    const { ok, body } = await connection.ask(Buffer.from(requestText(listTables)))
    if (!ok) throw new Error(`the first request was answered with ${body}`)
    const firstAnswerMs = performance.now() - startedAt
    connection.close()
    await wait(settleMs)
    return { firstAnswerMs, idleRssBytes: residentBytes(child.pid) }
  } finally {
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await exit
    rmSync(folder, { recursive: true })
  }
}

async function printedPort(child: ChildProcess): Promise<number> {
  let printed = ''
  for await (const chunk of child.stdout ?? []) {
    printed += chunk
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1]
    if (port !== undefined) return Number(port)
  }
  throw new Error(`the server printed no endpoint: ${printed}`)
}

function residentBytes(processId: number | undefined): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(processId)], { encoding: 'utf8' })) * 1024
}
