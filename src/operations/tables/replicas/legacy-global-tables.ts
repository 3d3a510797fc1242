/**
 * The operations of global tables of version 2017.11.29, as they answer today (global-tables-and-kinesis.md §6): that version can neither be
 * made nor found, and tables of version 2019.11.21 are none of it.
 */
import { invalid, ServiceError } from '../../../api/errors.ts'
import type { InputOf, OutputOf } from '../../../api/operations.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'

export async function createGlobalTable(): Promise<OutputOf<'CreateGlobalTable'>> {
  throw notSupported()
}

export async function updateGlobalTable(): Promise<OutputOf<'UpdateGlobalTable'>> {
  throw notSupported()
}

export async function describeGlobalTable(
  _engine: MeteredEngine,
  { GlobalTableName }: InputOf<'DescribeGlobalTable'>,
): Promise<OutputOf<'DescribeGlobalTable'>> {
  throw notFound(GlobalTableName)
}

export async function describeGlobalTableSettings(
  _engine: MeteredEngine,
  { GlobalTableName }: InputOf<'DescribeGlobalTableSettings'>,
): Promise<OutputOf<'DescribeGlobalTableSettings'>> {
  throw notFound(GlobalTableName)
}

export async function updateGlobalTableSettings(
  _engine: MeteredEngine,
  { GlobalTableName }: InputOf<'UpdateGlobalTableSettings'>,
): Promise<OutputOf<'UpdateGlobalTableSettings'>> {
  throw notFound(GlobalTableName)
}

/** There is none to list. */
export async function listGlobalTables(): Promise<OutputOf<'ListGlobalTables'>> {
  return { GlobalTables: [] }
}

function notSupported(): ServiceError {
  return invalid(
    'DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB global tables version 2019.11.21, instead of version 2017.11.29 (Legacy).',
  )
}

function notFound(name: string): ServiceError {
  return new ServiceError('GlobalTableNotFoundException', `Global table not found: ${name}`)
}
