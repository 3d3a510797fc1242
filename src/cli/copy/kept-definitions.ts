/** Definitions of tables that are kept beside their items: beside a file, and beside the objects of a prefix, where no import finds them. */
import { writeFileSync } from 'node:fs'
import type { Buckets, ObjectName } from '../../storage/buckets/buckets.ts'
import { textIfThere } from '../text-if-there.ts'
import type { CopyEnd } from './copy-end.ts'
import { type Described, definitionOf, type TableDefinition } from './definitions.ts'
import { writeFault } from './file-faults.ts'

/** A table keeps its own. */
export async function writeDefinition(to: CopyEnd, definition: TableDefinition, buckets: Buckets): Promise<void> {
  const text = `${JSON.stringify(definition, null, 2)}\n`
  if (to.kind === 'file') {
    try {
      writeFileSync(fileOf(to.path), text)
    } catch (error) {
      throw writeFault(fileOf(to.path), error)
    }
  }
  if (to.kind === 'bucket') await buckets.put(objectOf(to), Buffer.from(text))
}

/** Undefined when the source has none. Rejects when it has one that is none. */
export async function definitionFor(from: CopyEnd, source: Described | undefined, buckets: Buckets): Promise<TableDefinition | undefined> {
  if (source !== undefined) return definitionOf(source)
  if (from.kind === 'file') return definitionIn(textIfThere(fileOf(from.path)), fileOf(from.path))
  if (from.kind !== 'bucket') return undefined
  const object = objectOf(from)
  return definitionIn(await textIn(buckets, object), `s3://${object.bucket}/${object.key}`)
}

function fileOf(path: string): string {
  return `${path}.table.json`
}

function objectOf({ bucket, prefix }: Extract<CopyEnd, { kind: 'bucket' }>): ObjectName {
  const name = prefix.replace(/\/$/, '')
  return { bucket, key: `${name === '' ? 'all' : name}.table.json` }
}

async function textIn(buckets: Buckets, object: ObjectName): Promise<string | undefined> {
  const { objects } = await buckets.list(object, undefined)
  if (objects[0]?.key !== object.key) return undefined
  return Buffer.concat(await Array.fromAsync(buckets.read(object))).toString()
}

function definitionIn(text: string | undefined, where: string): TableDefinition | undefined {
  if (text === undefined) return undefined
  let definition: Partial<TableDefinition>
  try {
    definition = JSON.parse(text) as Partial<TableDefinition>
  } catch (error) {
    throw new Error(`${where} is no definition of a table: ${(error as Error).message}.`, { cause: error })
  }
  const { KeySchema, AttributeDefinitions } = definition
  if (!Array.isArray(KeySchema) || !Array.isArray(AttributeDefinitions)) throw new Error(`${where} is no definition of a table.`)
  // Also one that DescribeTable gave, or CreateTable was given.
  const { TableName: _, ...rest } = definition as TableDefinition & { readonly TableName?: string }
  return rest
}
