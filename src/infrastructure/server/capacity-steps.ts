/** Billing and throughput, of a table and of those of its global indexes that stay. */
import type { IndexInput, Requests, ScalingSpec, TableInput, TableSpec, Units, Warm } from '../tables/table-spec.ts'
import type { Described } from './current-table.ts'
import { isSameIndex } from './index-steps.ts'
import { type Step, updateTable } from './step.ts'

export interface CapacitySteps {
  readonly steps: readonly Step[]
  /** What cannot be as it is said. */
  readonly remarks: readonly string[]
}

export function capacitySteps(spec: TableSpec, table: Described): CapacitySteps {
  const { input } = spec
  const mode = input.BillingMode ?? 'PROVISIONED'
  const isOther = mode !== (table.BillingModeSummary?.BillingMode ?? 'PROVISIONED')
  const steps: Step[] = []
  const push = (what: string, change: object): void => {
    steps.push(updateTable(what, { TableName: input.TableName, ...change }))
  }
  if (mode === 'PROVISIONED') {
    const change = provisioned(spec, table, isOther)
    if (isOther) push('billing', { BillingMode: mode, ...change })
    else if (change !== undefined) push('throughput', change)
  } else {
    if (isOther) push('billing', { BillingMode: mode })
    const change = onDemand(input, table)
    if (change !== undefined) push('on-demand throughput', change)
  }
  const { change, remarks } = warm(input, table)
  if (change !== undefined) push('warm throughput', change)
  return { steps, remarks }
}

/** Undefined when nothing changes. All that is provisioned is said when it was not before. */
function provisioned({ input, scaling }: TableSpec, table: Described, isOther: boolean): object | undefined {
  const whole = unitsWanted(input.ProvisionedThroughput, table.ProvisionedThroughput, scaling, undefined)
  const updates = keptIndexes(input, table).flatMap(([wanted, there]) => {
    const units = unitsWanted(wanted.ProvisionedThroughput, there.ProvisionedThroughput, scaling, wanted.IndexName)
    if (units === undefined || (!isOther && isSameUnits(units, there.ProvisionedThroughput))) return []
    return [{ Update: { IndexName: wanted.IndexName, ProvisionedThroughput: units } }]
  })
  const isWholeSame = whole === undefined || (!isOther && isSameUnits(whole, table.ProvisionedThroughput))
  if (isWholeSame && updates.length === 0) return undefined
  return { ...(!isWholeSame && { ProvisionedThroughput: whole }), ...(updates.length > 0 && { GlobalSecondaryIndexUpdates: updates }) }
}

/** Where a policy scales it, it stays where it is between least and most. */
function unitsWanted(
  wanted: Units | undefined,
  there: Units | undefined,
  scaling: readonly ScalingSpec[],
  indexName: string | undefined,
): Units | undefined {
  if (wanted === undefined) return undefined
  const of = (kind: 'Read' | 'Write'): number => {
    const member = `${kind}CapacityUnits` as const
    const scaled = scaling.find((each) => each.kind === kind && each.indexName === indexName)
    const now = there?.[member] ?? 0
    return scaled !== undefined && now >= scaled.min && now <= scaled.max ? now : wanted[member]
  }
  return { ReadCapacityUnits: of('Read'), WriteCapacityUnits: of('Write') }
}

function isSameUnits(a: Units, b: Units | undefined): boolean {
  return a.ReadCapacityUnits === b?.ReadCapacityUnits && a.WriteCapacityUnits === b.WriteCapacityUnits
}

const noLimit = -1

function onDemand(input: TableInput, table: Described): object | undefined {
  const whole = requestsChanged(input.OnDemandThroughput, table.OnDemandThroughput)
  const updates = keptIndexes(input, table).flatMap(([wanted, there]) => {
    const changed = requestsChanged(wanted.OnDemandThroughput, there.OnDemandThroughput)
    return changed === undefined ? [] : [{ Update: { IndexName: wanted.IndexName, OnDemandThroughput: changed } }]
  })
  if (whole === undefined && updates.length === 0) return undefined
  return { ...(whole && { OnDemandThroughput: whole }), ...(updates.length > 0 && { GlobalSecondaryIndexUpdates: updates }) }
}

function requestsChanged(wanted: Requests = {}, there: Requests = {}): Requests | undefined {
  const both = ({ MaxReadRequestUnits = noLimit, MaxWriteRequestUnits = noLimit }: Requests): Requests => ({
    MaxReadRequestUnits,
    MaxWriteRequestUnits,
  })
  const [want, have] = [both(wanted), both(there)]
  return want.MaxReadRequestUnits === have.MaxReadRequestUnits && want.MaxWriteRequestUnits === have.MaxWriteRequestUnits ? undefined : want
}

function warm(input: TableInput, table: Described): { readonly change: object | undefined; readonly remarks: readonly string[] } {
  const remarks: string[] = []
  const changed = (wanted: Warm | undefined, there: Warm | undefined, what: string): Warm | undefined => {
    if (wanted === undefined) return undefined
    const { ReadUnitsPerSecond: reads = 0, WriteUnitsPerSecond: writes = 0 } = there ?? {}
    const { ReadUnitsPerSecond = reads, WriteUnitsPerSecond = writes } = wanted
    if (ReadUnitsPerSecond < reads || WriteUnitsPerSecond < writes) remarks.push(`${what}WarmThroughput: not done: it can only grow`)
    else if (ReadUnitsPerSecond > reads || WriteUnitsPerSecond > writes) return { ReadUnitsPerSecond, WriteUnitsPerSecond }
    return undefined
  }
  const whole = changed(input.WarmThroughput, table.WarmThroughput, '')
  const updates = keptIndexes(input, table).flatMap(([wanted, there]) => {
    const change = changed(wanted.WarmThroughput, there.WarmThroughput, `${wanted.IndexName}.`)
    return change === undefined ? [] : [{ Update: { IndexName: wanted.IndexName, WarmThroughput: change } }]
  })
  if (whole === undefined && updates.length === 0) return { change: undefined, remarks }
  return {
    change: { ...(whole && { WarmThroughput: whole }), ...(updates.length > 0 && { GlobalSecondaryIndexUpdates: updates }) },
    remarks,
  }
}

function keptIndexes(input: TableInput, table: Described): readonly (readonly [IndexInput, IndexInput])[] {
  return (input.GlobalSecondaryIndexes ?? []).flatMap((wanted) => {
    const there = table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === wanted.IndexName)
    return there === undefined || !isSameIndex(wanted, there, { input, table }) ? [] : [[wanted, there] as const]
  })
}
