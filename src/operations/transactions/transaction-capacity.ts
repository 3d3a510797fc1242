/**
 * ConsumedCapacity of transactions: twice the units of a single operation, told apart as reads or writes; units of indexes are not
 * doubled (capacity.md §3, §4, §6).
 */
import { setOwn } from '../../base/own.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { readUnits } from '../../engine/partitions/capacity-units.ts'
import { type ConsumedUnits, consumedCapacities, type ReturnConsumedCapacity, unitsOfWrite } from '../request/consumed-capacity.ts'
import type { Transacted } from './transact-write.ts'

interface OnTable {
  /** The name or ARN the caller used. */
  readonly tableName: string
}

interface Units {
  readonly CapacityUnits: number
  readonly ReadCapacityUnits?: number
  readonly WriteCapacityUnits?: number
}

interface Arms {
  readonly [indexName: string]: Units
}

interface TransactionCapacity extends Units {
  readonly TableName: string
  readonly Table?: Units
  readonly GlobalSecondaryIndexes?: Arms
  readonly LocalSecondaryIndexes?: Arms
}

type CapacityMember = 'ReadCapacityUnits' | 'WriteCapacityUnits'

interface Consumed {
  /** One for each table; none unless the request asked for it. */
  readonly ConsumedCapacity?: readonly TransactionCapacity[]
}

/** A transaction that is repeated is charged as reads. */
export function capacityOfWrites(asked: ReturnConsumedCapacity | undefined, actions: readonly OnTable[], transacted: Transacted): Consumed {
  if (transacted.kind === 'repeated') {
    const units = actions.map(({ tableName }, at) => ({ tableName, tableUnits: transacted.readUnits[at] ?? 0 }))
    return describe(asked, units, 'ReadCapacityUnits')
  }
  const units = transacted.changes.map((changed, at) => {
    const single = unitsOfWrite(actions[at]?.tableName ?? '', changed)
    return { ...single, tableUnits: 2 * single.tableUnits }
  })
  return describe(asked, units, 'WriteCapacityUnits')
}

/** An item that is not there costs as much as a small one. */
export function transactionalReadUnits(item: StoredItem | undefined): number {
  return 2 * readUnits(item?.sizeBytes ?? 0, { consistent: true })
}

export function capacityOfGets(
  asked: ReturnConsumedCapacity | undefined,
  gets: readonly OnTable[],
  items: readonly (StoredItem | undefined)[],
): Consumed {
  const units = gets.map(({ tableName }, at) => ({ tableName, tableUnits: transactionalReadUnits(items[at]) }))
  return describe(asked, units, 'ReadCapacityUnits')
}

function describe(asked: ReturnConsumedCapacity | undefined, units: readonly ConsumedUnits[], member: CapacityMember): Consumed {
  if (asked === undefined || asked === 'NONE') return {}
  const { ConsumedCapacity: tables = [] } = consumedCapacities(asked, sumsByTable(units))
  return { ConsumedCapacity: tables.map((table) => withMember(table, member)) }
}

/** In the order in which the tables first come. */
export function sumsByTable(all: readonly ConsumedUnits[]): readonly ConsumedUnits[] {
  return [...Map.groupBy(all, ({ tableName }) => tableName)].map(([tableName, units]) => ({
    tableName,
    tableUnits: units.reduce((sum, { tableUnits }) => sum + tableUnits, 0),
    indexUnits: units.flatMap(({ indexUnits = [] }) => indexUnits),
    vectorBytes: units.flatMap(({ vectorBytes = [] }) => vectorBytes),
  }))
}

function withMember(table: TransactionCapacity, member: CapacityMember): TransactionCapacity {
  const { Table: own, GlobalSecondaryIndexes: globalArms, LocalSecondaryIndexes: localArms } = table
  return {
    ...withUnits(table, member),
    ...(own && { Table: withUnits(own, member) }),
    ...(globalArms && { GlobalSecondaryIndexes: armsWithUnits(globalArms, member) }),
    ...(localArms && { LocalSecondaryIndexes: armsWithUnits(localArms, member) }),
  }
}

function withUnits<Described extends Units>(units: Described, member: CapacityMember): Described {
  return { ...units, [member]: units.CapacityUnits }
}

/** That arms have the member, too, is [I]. */
function armsWithUnits(arms: Arms, member: CapacityMember): Arms {
  const described: Record<string, Units> = {}
  for (const [name, units] of Object.entries(arms)) setOwn(described, name, withUnits(units, member))
  return described
}
