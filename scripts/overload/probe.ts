/**
 * Looks at a server from a thread of its own while others keep it busy: how much memory its process takes, and how long it takes to
 * say that it is alive, by a connection that is kept and by a new one each time.
 */
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

export interface ProbeOrder {
  readonly endpoint: string
  readonly processId: number
  readonly paths: readonly string[]
}

/** Of the time since the last report. */
export interface ProbeReport {
  readonly memoryBytesMax: number
  readonly memoryBytes: number
  readonly answersMs: readonly number[]
  /** How often no answer came, or another than it should be. */
  readonly failures: number
}

const lookEveryMs = 20
const pageBytes = 4096

const { endpoint, processId, paths } = workerData as ProbeOrder
const kept = new Agent({ keepAlive: true, maxSockets: 1 })
let memoryBytesMax = 0
let answersMs: number[] = []
let failures = 0
let asked = 0

function memoryBytes(): number {
  const [, resident = '0'] = readFileSync(`/proc/${processId}/statm`, 'latin1').split(' ')
  return Number(resident) * pageBytes
}

async function ask(): Promise<void> {
  const startMs = performance.now()
  const agent = asked % 2 === 0 ? kept : false
  asked += 1
  const status = await new Promise<number | undefined>((resolve) => {
    const request = get(`${endpoint}${paths[asked % paths.length]}`, { agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
    request.on('error', () => resolve(undefined))
  })
  if (status !== 200) failures += 1
  answersMs.push(performance.now() - startMs)
}

setInterval(() => {
  memoryBytesMax = Math.max(memoryBytesMax, memoryBytes())
}, lookEveryMs)

parentPort?.on('message', () => {
  const now = memoryBytes()
  parentPort?.postMessage({ memoryBytesMax: Math.max(memoryBytesMax, now), memoryBytes: now, answersMs, failures } satisfies ProbeReport)
  memoryBytesMax = 0
  answersMs = []
  failures = 0
})

for (;;) {
  await ask()
  await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
}
