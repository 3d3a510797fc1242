/**
 * `npm run overload`: what stands in scenarios.ts done to a server of its own process, and what became of its memory, of what it said of
 * its health meanwhile, and of its answers.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { StatorProcess } from '../../test/cli/stator-process.ts'
import { Client, itemRequest } from './client.ts'
import type { ProbeOrder, ProbeReport } from './probe.ts'
import { largeItems, largeText, type Outcome, type Scenario, scenarios, tableName } from './scenarios.ts'

export interface OverloadOptions {
  readonly scale: number
  readonly budgetMegabytes: number
  /** How long to wait for memory to be given back. Default a minute. */
  readonly backWithinMs?: number
  readonly only: readonly string[]
  /** Of the server. */
  readonly flags: readonly string[]
  readonly tell: (line: string) => void
}

export interface Measured {
  readonly scenario: Scenario
  readonly outcome: Outcome
  readonly memoryBytesMax: number
  /** How long health took to be answered: half the time, and at most. */
  readonly healthMs: number
  readonly healthMsMax: number
  readonly healthFailures: number
  /** How long until memory was what it was before but for a quarter of the budget; undefined when it was not within a minute. */
  readonly backAfterMs: number | undefined
}

const megabyte = 1024 * 1024
const backWithinMsDefault = 60_000

export async function measureOverload({
  scale,
  budgetMegabytes,
  backWithinMs = backWithinMsDefault,
  only,
  flags,
  tell,
}: OverloadOptions): Promise<Measured[]> {
  const chosen = scenarios.filter(({ name }) => only.length === 0 || only.includes(name))
  const server = new StatorProcess(['--port', '0', '--in-memory', '--memory-budget', `${budgetMegabytes}MB`, ...flags])
  const endpoint = await server.endpoint()
  const port = Number(new URL(endpoint).port)
  await fill(port)
  const paths = ['/health/live', '/metrics', '/_stator/info']
  const workerData: ProbeOrder = { endpoint, processId: server.child.pid ?? 0, paths }
  const worker = new Worker(new URL('./probe.ts', import.meta.url), { workerData })
  const look = (): Promise<ProbeReport> => {
    worker.postMessage('report')
    return new Promise((resolve) => worker.once('message', resolve))
  }
  const measured: Measured[] = []
  try {
    await sleep(1000)
    const idleBytes = (await look()).memoryBytes
    for (const scenario of chosen) {
      await look()
      const outcome = await scenario.run({ port, scale })
      const during = await look()
      measured.push({
        scenario,
        outcome,
        ...told(during),
        backAfterMs: await backTo(idleBytes + (budgetMegabytes / 4) * megabyte, { look, withinMs: backWithinMs }),
      })
      const last = measured.at(-1)
      if (last !== undefined) tell(lineOf(last))
    }
  } finally {
    await worker.terminate()
    server.child.kill('SIGKILL')
    if (server.err !== '') tell(`The server said: ${server.err.slice(0, 2000)}`)
  }
  return measured
}

/** An item to get, and items that make a page of more than a megabyte. */
async function fill(port: number): Promise<void> {
  const answers: PromiseWithResolvers<number>[] = []
  const client = await Client.open(port, ({ status }) => answers.shift()?.resolve(status))
  const ask = async (target: string, input: object): Promise<void> => {
    const answer = Promise.withResolvers<number>()
    answers.push(answer)
    client.send(itemRequest(target, input))
    if ((await answer.promise) !== 200) throw new Error(`${target} was refused.`)
  }
  await ask('CreateTable', {
    TableName: tableName,
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  })
  await ask('PutItem', { TableName: tableName, Item: { pk: { S: 'small' }, sk: { N: '0' }, text: { S: 'small value' } } })
  for (let number = 0; number < largeItems; number += 1) {
    await ask('PutItem', { TableName: tableName, Item: { pk: { S: 'large' }, sk: { N: String(number) }, text: { S: largeText } } })
  }
  client.socket.destroy()
}

function told({ memoryBytesMax, answersMs, failures }: ProbeReport): Omit<Measured, 'scenario' | 'outcome' | 'backAfterMs'> {
  const sorted = answersMs.toSorted((a, b) => a - b)
  return {
    memoryBytesMax,
    healthMs: sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY,
    healthMsMax: sorted.at(-1) ?? Number.POSITIVE_INFINITY,
    healthFailures: failures,
  }
}

interface Patience {
  readonly look: () => Promise<ProbeReport>
  readonly withinMs: number
}

async function backTo(bytes: number, { look, withinMs }: Patience): Promise<number | undefined> {
  const startMs = performance.now()
  while (performance.now() - startMs < withinMs) {
    if ((await look()).memoryBytes <= bytes) return performance.now() - startMs
    await sleep(250)
  }
  return undefined
}

function lineOf({ scenario, outcome, memoryBytesMax, healthMs, healthMsMax, healthFailures, backAfterMs }: Measured): string {
  const statuses = [...outcome.statuses].map(([status, count]) => `${count} × ${status}`)
  const back = backAfterMs === undefined ? 'not yet' : `after ${(backAfterMs / 1000).toFixed(1)} s`
  return [
    scenario.name.padEnd(16),
    `memory ${Math.round(memoryBytesMax / megabyte)} MB, back ${back}`.padEnd(38),
    `health ${healthMs.toFixed(1)} ms, at most ${healthMsMax.toFixed(0)} ms${healthFailures > 0 ? `, ${healthFailures} failed` : ''}`.padEnd(
      34,
    ),
    `${statuses.join(', ') || 'no answers'}${outcome.dropped > 0 ? `, ${outcome.dropped} dropped` : ''}`,
    ...outcome.wrong.map((each) => `\n  WRONG ${each}`),
  ].join('  ')
}

export async function runOverloadCommand(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: {
      scale: { type: 'string', default: '1' },
      http: { type: 'string', default: 'strict' },
      budget: { type: 'string', default: '512' },
    },
    allowPositionals: true,
  })
  const measured = await measureOverload({
    scale: Number(values.scale),
    budgetMegabytes: Number(values.budget),
    only: positionals,
    flags: ['--http', values.http],
    tell: (line) => process.stdout.write(`${line}\n`),
  })
  return measured.every(({ outcome }) => outcome.wrong.length === 0) ? 0 : 1
}
