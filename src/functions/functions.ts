/** The functions that a server can invoke: each by its kind, with its log, its environment and its limits. Its definitions may be replaced while it runs. */
import { statSync } from 'node:fs'
import { systemClock } from '../base/clock.ts'
import { callEndpoint } from './call-endpoint.ts'
import { deliver } from './deliver.ts'
import { responseTooLarge, thrown, timedOut, unhandled } from './function-errors.ts'
import type {
  Destination,
  FunctionContext,
  FunctionDefinition,
  FunctionHost,
  Invocation,
  InvocationResult,
  LogLine,
} from './function-host.ts'
import { FunctionLog, LogTail } from './function-logs.ts'
import { handlerFile } from './handler-file.ts'
import { logTailBytes, responseBytesMax } from './limits.ts'
import { nodeProgram } from './node-program.ts'
import { nodeStart } from './node-start.ts'
import { pythonProgram } from './python-program.ts'
import type { FunctionSet } from './read-functions.ts'
import { runCommand } from './run-command.ts'
import { WorkerPool } from './worker-pool.ts'
import { type ProcessCall, type ProcessStart, WorkerProcess } from './worker-process.ts'

type Environment = { readonly [name: string]: string }

/** Where what a process prints goes: to the invocation that it does. */
interface Printing {
  requestId: string | undefined
  tail: LogTail | undefined
}

interface Ran {
  readonly kind: 'answered' | 'failed' | 'throttled' | 'unreachable'
}

export class Functions implements FunctionHost {
  #set: FunctionSet
  readonly #environment: Environment
  #endpoint: string | undefined
  readonly #logs = new Map<string, FunctionLog>()
  /** By function and all that its processes begin with. */
  readonly #pools = new Map<string, { readonly pool: WorkerPool; readonly changedMs: number }>()
  /** Of functions that are no processes of ours. */
  readonly #running = new Map<string, number>()
  readonly #printing = new WeakMap<WorkerProcess, Printing>()

  /** `environment`: what processes have besides their own. */
  constructor(set: FunctionSet, environment: Environment) {
    this.#set = set
    this.#environment = environment
  }

  all(): readonly FunctionDefinition[] {
    return [...this.#set.functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  find(name: string): FunctionDefinition | undefined {
    return this.#set.functions.get(name)
  }

  logs(name: string): readonly LogLine[] | undefined {
    return this.#logs.get(name)?.lines ?? (this.#set.functions.has(name) ? [] : undefined)
  }

  destination(arn: string): Destination | undefined {
    return this.#set.destinations.get(arn)
  }

  deliver(destination: Exclude<Destination, { readonly kind: 'table' }>, text: string, key: string): Promise<void> {
    return deliver(destination, text, key)
  }

  serve(endpoint: string): void {
    this.#endpoint = endpoint
  }

  /** What runs goes on as it began; what comes begins anew, modules that have changed too. */
  async replace(set: FunctionSet): Promise<void> {
    this.#set = set
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map(({ pool }) => pool.retire()))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(({ pool }) => pool.close()))
    this.#pools.clear()
  }

  async invoke(definition: FunctionDefinition, invocation: Invocation): Promise<InvocationResult> {
    const { requestId } = invocation
    const log = this.#logOf(definition.name)
    const printing: Printing = { requestId, tail: new LogTail(logTailBytes) }
    const print = (text: string): void => this.#print(log, printing, text)
    const startMs = systemClock.now()
    const call = this.#callOf(definition, invocation, startMs)
    print(`START RequestId: ${requestId} Version: $LATEST`)
    const result = await this.#run(definition, invocation, call, printing, print).catch(thrown)
    if (result.kind === 'throttled' || result.kind === 'unreachable') {
      print(`END RequestId: ${requestId} ${result.kind === 'throttled' ? 'Throttled' : result.reason}`)
      return result
    }
    if (result.kind === 'failed')
      print(`${new Date(systemClock.now()).toISOString()}\t${requestId}\tERROR\tInvoke Error \t${result.payload}`)
    print(`END RequestId: ${requestId}`)
    const durationMs = systemClock.now() - startMs
    print(
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: ${call.context.memoryLimitInMB} MB`,
    )
    return { ...result, log: printing.tail?.text ?? '' }
  }

  #run(
    definition: FunctionDefinition,
    invocation: Invocation,
    call: ProcessCall,
    printing: Printing,
    print: (text: string) => void,
  ): Promise<Without<InvocationResult>> {
    const { run, concurrency, name } = definition
    const environment = this.#environmentOf(definition, invocation)
    switch (run.kind) {
      case 'module':
        return this.#inProcess(definition, { call, environment, printing })
      case 'command': {
        const [command = '', ...words] = run.command
        const start = { command, words, folder: run.folder, environment }
        return this.#counted(name, concurrency, () => runCommand(start, call, print))
      }
      case 'endpoint':
        return this.#counted(name, concurrency, () => callEndpoint(run.url, call))
      case 'function':
        return this.#counted(name, concurrency, () => callHandler(run.handler, call))
    }
  }

  async #inProcess(
    { name, run, concurrency }: FunctionDefinition,
    { call, environment, printing }: { readonly call: ProcessCall; readonly environment: Environment; readonly printing: Printing },
  ): Promise<Without<InvocationResult>> {
    const start = run.kind === 'module' ? processStart(run, environment) : undefined
    if (start === undefined)
      return unhandled({ errorType: 'Runtime.ImportModuleError', errorMessage: 'The file of the handler is not there' })
    const pool = this.#poolOf(name, start, concurrency)
    const result = await pool.run(call, (process) => {
      const printed = this.#printing.get(process)
      if (printed !== undefined) Object.assign(printed, printing)
    })
    return result ?? { kind: 'throttled' }
  }

  /** Its file may be another than when its processes began: then they are not used any more. */
  #poolOf(name: string, start: FoundModule, concurrency: number | undefined): WorkerPool {
    const key = JSON.stringify([name, start])
    const known = this.#pools.get(key)
    if (known !== undefined && known.changedMs === start.changedMs()) return known.pool
    void known?.pool.retire()
    const pool = new WorkerPool({ concurrency }, () => this.#start(name, start))
    this.#pools.set(key, { pool, changedMs: start.changedMs() })
    return pool
  }

  #start(name: string, start: ProcessStart): WorkerProcess {
    const printing: Printing = { requestId: undefined, tail: undefined }
    const log = this.#logOf(name)
    const process = new WorkerProcess(start, (line) => this.#print(log, printing, line))
    this.#printing.set(process, printing)
    return process
  }

  async #counted(
    name: string,
    concurrency: number | undefined,
    run: () => Promise<Without<InvocationResult>>,
  ): Promise<Without<InvocationResult>> {
    const count = this.#running.get(name) ?? 0
    if (concurrency !== undefined && count >= concurrency) return { kind: 'throttled' }
    this.#running.set(name, count + 1)
    try {
      return await run()
    } finally {
      this.#running.set(name, (this.#running.get(name) ?? 1) - 1)
    }
  }

  #print(log: FunctionLog, { requestId, tail }: Printing, text: string): void {
    log.add(systemClock.now(), requestId, text)
    tail?.add(text)
  }

  #logOf(name: string): FunctionLog {
    let log = this.#logs.get(name)
    if (log === undefined) {
      log = new FunctionLog()
      this.#logs.set(name, log)
    }
    return log
  }

  #callOf(definition: FunctionDefinition, invocation: Invocation, nowMs: number): ProcessCall {
    const { name } = definition
    const { requestId, payload, functionArn, clientContext } = invocation
    const timeoutSeconds = invocation.timeoutSeconds ?? definition.timeoutSeconds
    return {
      requestId,
      payload,
      clientContext,
      timeoutSeconds,
      deadlineMs: nowMs + timeoutSeconds * 1000,
      context: {
        awsRequestId: requestId,
        functionName: name,
        functionVersion: '$LATEST',
        invokedFunctionArn: functionArn,
        memoryLimitInMB: String(invocation.memoryMb ?? definition.memoryMb),
        logGroupName: `/aws/lambda/${name}`,
        logStreamName: `stator/[$LATEST]${name}`,
      },
    }
  }

  #environmentOf(definition: FunctionDefinition, { region, memoryMb, environment = definition.environment }: Invocation): Environment {
    const { name, run } = definition
    const endpoint = this.#endpoint
    return {
      AWS_ACCESS_KEY_ID: 'stator',
      AWS_SECRET_ACCESS_KEY: 'stator',
      ...this.#environment,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb ?? definition.memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_EXECUTION_ENV: 'Stator',
      ...((run.kind === 'module' || run.kind === 'command') && { LAMBDA_TASK_ROOT: run.folder }),
      ...(run.kind === 'module' && { _HANDLER: run.handler }),
      ...(endpoint !== undefined && {
        AWS_ENDPOINT_URL: endpoint,
        AWS_ENDPOINT_URL_DYNAMODB: endpoint,
        AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoint,
      }),
      ...environment,
    }
  }
}

interface FoundModule extends ProcessStart {
  /** When its file was changed last. */
  changedMs(): number
}

/** A result to which its log comes. */
type Without<Result> = Result extends Ran & { readonly log: string } ? Omit<Result, 'log'> & { readonly log?: never } : Result

function processStart(
  { handler, folder }: { readonly handler: string; readonly folder: string },
  environment: Environment,
): FoundModule | undefined {
  const found = handlerFile(folder, handler)
  if (found === undefined) return undefined
  const { file, exported, language } = found
  const changedMs = (): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (language === 'node') return { ...nodeStart(nodeProgram, [file, exported]), folder, environment, changedMs }
  return { command: 'python3', words: ['-c', pythonProgram, file, exported], folder, environment, changedMs }
}

/** A function of this process, which cannot be stopped: one that is too slow goes on, and nobody waits for it. */
async function callHandler(
  handler: (event: never, context: FunctionContext) => unknown,
  { payload, context, deadlineMs, timeoutSeconds, requestId }: ProcessCall,
): Promise<Without<InvocationResult>> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), timeoutSeconds * 1000)
  try {
    const told = { ...context, getRemainingTimeInMillis: () => Math.max(0, deadlineMs - systemClock.now()) }
    const done = Promise.resolve(handler(JSON.parse(payload) as never, told)).then((value) => ({ value }))
    const answered = await Promise.race([done, late])
    if (answered === undefined) return timedOut(requestId, timeoutSeconds)
    const text = JSON.stringify(answered.value) ?? 'null'
    const sizeBytes = Buffer.byteLength(text)
    return sizeBytes > responseBytesMax ? responseTooLarge(sizeBytes, responseBytesMax) : { kind: 'answered', payload: text }
  } catch (error) {
    return thrown(error)
  } finally {
    clearTimeout(timer)
  }
}
