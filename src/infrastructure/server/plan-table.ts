/**
 * What must be asked for so that a table becomes what it is to be: calls in an order in which each can be done, or the reasons why only
 * another table could be that. Equal is no call, since DynamoDB refuses settings that are there already.
 */
import type { KeyElement, StreamInput, TableInput, TableSpec } from '../tables/table-spec.ts'
import { capacitySteps } from './capacity-steps.ts'
import type { CurrentTable, Described } from './current-table.ts'
import { indexSteps, isSameLocalIndexes, typesOf } from './index-steps.ts'
import { scalingSteps } from './scaling-steps.ts'
import { settingSteps, streamPolicyStep } from './setting-steps.ts'
import { type Step, updateTable } from './step.ts'

export type Plan =
  | { readonly kind: 'create'; readonly create: object; readonly steps: readonly Step[] }
  | { readonly kind: 'change'; readonly steps: readonly Step[]; readonly remarks: readonly string[] }
  | { readonly kind: 'replace'; readonly reasons: readonly string[] }

export function planTable(spec: TableSpec, current: CurrentTable | undefined): Plan {
  if (current === undefined) return planNew(spec)
  const reasons = replacementReasons(spec.input, current.table)
  if (reasons.length > 0) return { kind: 'replace', reasons }
  const capacity = capacitySteps(spec, current.table)
  const indexes = indexSteps(spec.input, current.table)
  const stream = streamSteps(spec.input, current.table)
  // Another stream has no policy yet.
  const { before, after, protection } = settingSteps(spec, stream.length === 0 ? current : { ...current, streamPolicy: null })
  const steps = [
    ...before,
    ...indexes.removed,
    ...capacity.steps,
    ...stream,
    ...encryptionAndClass(spec.input, current.table),
    ...indexes.added,
    ...after,
    ...scalingSteps(spec, current.scaling),
    ...protection,
  ]
  return { kind: 'change', steps, remarks: [...capacity.remarks, ...vectorRemarks(spec.input, current.table)] }
}

/** They are made with the table, and are not changed by files. */
function vectorRemarks({ VectorIndexes: wanted }: TableInput, { VectorIndexes: there = [] }: Described): readonly string[] {
  const names = (indexes: readonly { readonly IndexName: string }[]): string =>
    JSON.stringify(indexes.map(({ IndexName }) => IndexName).sort())
  return wanted === undefined || names(wanted) === names(there) ? [] : ['VectorIndexes: not done: they are only made with the table']
}

function planNew(spec: TableSpec): Plan {
  const { Tags = [], ...input } = spec.input
  const { policy, streamPolicy } = spec
  const none: CurrentTable = {
    table: { ...input, TableArn: '' },
    ttl: { Enabled: false },
    recovery: { PointInTimeRecoveryEnabled: false },
    tags: Tags,
    policy: policy ?? null,
    streamPolicy: null,
    scaling: [],
  }
  const create = { ...input, ...(Tags.length > 0 && { Tags }), ...(policy != null && { ResourcePolicy: policy }) }
  const { after } = settingSteps(spec, none)
  const stream = streamPolicy == null ? [] : [streamPolicyStep(streamPolicy)]
  return { kind: 'create', create, steps: [...after.filter(({ what }) => what !== 'stream policy'), ...stream, ...scalingSteps(spec, [])] }
}

function replacementReasons(input: TableInput, table: Described): readonly string[] {
  const isSameKey = keyText(input.KeySchema) === keyText(table.KeySchema)
  const [wanted, there] = [typesOf(input), typesOf(table)]
  const changed = table.KeySchema.filter(({ AttributeName: name }) => isSameKey && wanted.get(name) !== there.get(name))
  return [
    ...(isSameKey ? [] : [`its key is ${keyText(table.KeySchema)} and would be ${keyText(input.KeySchema)}`]),
    ...changed.map(({ AttributeName: name }) => `the type of ${name} is ${there.get(name)} and would be ${wanted.get(name) ?? 'none'}`),
    ...(isSameLocalIndexes(input, table) ? [] : ['its local indexes would be others']),
  ]
}

function keyText(elements: readonly KeyElement[]): string {
  const ofType = (type: string): string =>
    elements
      .filter(({ KeyType }) => KeyType === type)
      .map(({ AttributeName }) => AttributeName)
      .join('+')
  return [ofType('HASH'), ofType('RANGE')].filter((each) => each !== '').join(', ')
}

/** Another view is another stream. */
function streamSteps({ TableName, StreamSpecification: wanted }: TableInput, { StreamSpecification: there }: Described): readonly Step[] {
  const [want, have] = [viewOf(wanted), viewOf(there)]
  if (want === have) return []
  const stop = have === undefined ? [] : [updateTable('stream', { TableName, StreamSpecification: { StreamEnabled: false } })]
  return want === undefined
    ? stop
    : [...stop, updateTable('stream', { TableName, StreamSpecification: { StreamEnabled: true, StreamViewType: want } })]
}

function viewOf(stream: StreamInput | undefined): string | undefined {
  return stream?.StreamEnabled === true ? stream.StreamViewType : undefined
}

function encryptionAndClass(
  { TableName, SSESpecification: wanted, TableClass = 'STANDARD' }: TableInput,
  table: Described,
): readonly Step[] {
  const steps: Step[] = []
  const { Status: status, KMSMasterKeyArn: keyArn = '' } = table.SSEDescription ?? {}
  const isOn = status === 'ENABLED' || status === 'ENABLING' || status === 'UPDATING'
  const isWanted = wanted?.Enabled === true
  if (isWanted !== isOn || (isWanted && !isKey(wanted?.KMSMasterKeyId, keyArn))) {
    steps.push(updateTable('encryption', { TableName, SSESpecification: isWanted ? wanted : { Enabled: false } }))
  }
  if (TableClass !== (table.TableClassSummary?.TableClass ?? 'STANDARD')) steps.push(updateTable('class', { TableName, TableClass }))
  return steps
}

/** An alias says nothing of the key behind it. */
function isKey(id: string | undefined, keyArn: string): boolean {
  return id === undefined || id.includes('alias/') || keyArn === id || keyArn.endsWith(`/${id}`)
}
