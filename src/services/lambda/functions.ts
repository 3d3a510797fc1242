/** The functions that there are: what the file says, with what the API said of them; and invoking one. */
import { systemClock } from '../../base/clock.ts'
import type { FunctionDefinition, InvocationResult } from '../../functions/function-host.ts'
import { functionArn } from './contract/function-name.ts'
import type { LambdaContext } from './lambda-context.ts'
import type { Registration } from './records/registration.ts'

export interface KnownFunction {
  readonly definition: FunctionDefinition
  readonly registration: Registration | undefined
}

type Context = Pick<LambdaContext, 'records' | 'functions'>

/** Undefined: the file has none of this name, or it was deleted. */
export function findFunction({ records, functions }: Context, name: string): KnownFunction | undefined {
  const definition = functions?.find(name)
  const registration = records.registration(name)
  return definition === undefined || registration?.isDeleted ? undefined : { definition, registration }
}

/** In the order of their names. */
export function allFunctions(context: Context): readonly KnownFunction[] {
  return context.functions?.all().flatMap(({ name }) => findFunction(context, name) ?? []) ?? []
}

export interface Call {
  readonly name: string
  readonly qualifier?: string | undefined
  /** JSON. */
  readonly payload: string
  readonly requestId: string
  readonly region: string
  readonly clientContext?: string | undefined
}

/** Never rejects. What it came to is counted. */
export async function invokeFunction(context: LambdaContext, call: Call): Promise<InvocationResult> {
  const { engine, functions } = context
  const found = findFunction(context, call.name)
  if (found === undefined || functions === undefined) return { kind: 'unreachable', reason: `there is no function ${call.name}` }
  const { definition, registration } = found
  const { payload, requestId, region, clientContext } = call
  const startMs = systemClock.now()
  const result = await functions.invoke(definition, {
    payload,
    requestId,
    region,
    clientContext,
    functionArn: functionArn({ region, account: engine.account }, { name: call.name, qualifier: call.qualifier }),
    timeoutSeconds: registration?.timeoutSeconds,
    memoryMb: registration?.memoryMb,
    environment: registration?.environment,
  })
  count(context, call.name, result, systemClock.now() - startMs)
  return result
}

function count({ engine }: LambdaContext, name: string, { kind }: InvocationResult, durationMs: number): void {
  const dimensions = { region: engine.catalog.region, FunctionName: name }
  const nowMs = engine.clock.now()
  const { metrics } = engine.metering
  if (kind === 'throttled') metrics.series('Throttles', dimensions).add(1, nowMs)
  if (kind === 'throttled' || kind === 'unreachable') return
  metrics.series('Invocations', dimensions).add(1, nowMs)
  metrics.series('Errors', dimensions).add(kind === 'failed' ? 1 : 0, nowMs)
  metrics.series('Duration', dimensions).add(durationMs, nowMs)
}
