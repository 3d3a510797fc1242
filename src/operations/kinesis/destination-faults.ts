/** How the operations of Kinesis destinations refuse (global-tables-and-kinesis.md §7), in AWS's words, of which all begin as those of enabling do. */
import { invalid, type ServiceError } from '../../api/errors.ts'
import { partitionOf, type TableHome } from '../../api/table-name.ts'
import type { TableTurn } from '../../engine/catalog/change-tables.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import type { KinesisDestination } from '../../engine/schema/kinesis-destination.ts'
import type { Table } from '../../engine/schema/table.ts'
import { tableInUse } from '../tables/table-in-use.ts'

/** The table whose destinations are to be changed: it is there, and neither comes nor goes [I]. */
export function tableToChange(tables: TableTurn, name: string): Table {
  const table = tables.find(name)
  if (table === undefined) throw tableNotFound(name)
  if (table.status === 'CREATING' || table.status === 'DELETING') throw tableInUse(table)
  return table
}

export function notInState(detail: string): ServiceError {
  return invalid(`Table is not in a valid state to enable Kinesis Streaming Destination: ${detail}`)
}

/** The destination of this stream. ValidationException when the table never had it. */
export function destinationOf({ name, kinesisDestinations = [] }: Table, streamArn: string): KinesisDestination {
  const found = kinesisDestinations.find((each) => each.streamArn === streamArn)
  if (found === undefined) throw notInState(`No streaming destination with streamArn: ${streamArn} found for table with tableName: ${name}`)
  return found
}

const kinesisArn = /^arn:(aws[a-z-]*):kinesis:([a-z0-9-]+):([0-9]{12}):stream\/[a-zA-Z0-9_.-]{1,128}$/

/** That it is a stream of this account and, where regions have tables of their own, of this region. What AWS says of others is a guess. */
export function checkStreamArn(home: TableHome & { readonly regions: 'shared' | 'isolated' }, streamArn: string): void {
  const [, partition, region, account] = kinesisArn.exec(streamArn) ?? []
  if (region === undefined) throw invalid(`Invalid StreamArn: ${streamArn}`)
  if (partition !== partitionOf(region) || (home.regions === 'isolated' && region !== home.region)) {
    throw invalid(`Invalid StreamArn: ${streamArn}. The stream must be in the Region of the table`)
  }
  if (account !== home.account) throw invalid(`Invalid StreamArn: ${streamArn}. The stream must be in the account of the table`)
}
