/** What becomes of files while they are read: tables, and a line for everything that is no table. */

import { tableNameLengthMax, tableNameLengthMin } from '../../api/limits.ts'
import type { ScalarType } from '../../values/attribute-value.ts'
import type { Tree } from '../documents/tree.ts'
import type { ImportOptions } from '../import-options.ts'
import type { Note, Reading, Refusal, Seed, TableSpec } from './table-spec.ts'

export class Collected {
  readonly options: ImportOptions
  readonly #tables: TableSpec[] = []
  readonly #refused: Refusal[] = []
  readonly #skipped: Refusal[] = []
  readonly #notes: Note[] = []
  readonly #others = new Map<string, number>()
  readonly #variables = new Map<string, string>()

  constructor(options: ImportOptions) {
    this.options = options
  }

  get reading(): Reading {
    return {
      tables: this.#tables,
      refused: this.#refused,
      skipped: this.#skipped,
      notes: this.#notes,
      others: this.#others,
      variables: this.#variables,
    }
  }

  get tables(): readonly TableSpec[] {
    return this.#tables
  }

  table(spec: TableSpec): void {
    const twin = this.#tables.find(({ input }) => input.TableName === spec.input.TableName)
    if (twin === undefined) this.#tables.push(spec)
    else this.refuse(spec, `it would be called ${spec.input.TableName}, as ${twin.id} is. Give --name ${spec.id}=NAME`)
  }

  replace(spec: TableSpec): void {
    const at = this.#tables.findIndex(({ input }) => input.TableName === spec.input.TableName)
    if (at >= 0) this.#tables[at] = spec
  }

  /** By its name or id. */
  tableOf(table: string): TableSpec | undefined {
    return this.#tables.find(({ id, input }) => input.TableName === table || id === table)
  }

  /** Of the attributes in its keys. */
  keyTypesOf(table: string): ReadonlyMap<string, ScalarType> {
    const { AttributeDefinitions = [] } = this.tableOf(table)?.input ?? {}
    return new Map(AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType as ScalarType]))
  }

  /** Items for a table, by its name or id. Whether there is one. */
  seed(table: string, seed: Seed): boolean {
    const at = this.#tables.findIndex(({ id, input }) => input.TableName === table || id === table)
    const found = this.#tables[at]
    if (found !== undefined) this.#tables[at] = { ...found, seeds: [...found.seeds, seed] }
    return found !== undefined
  }

  refuse({ id, place }: Pick<Refusal, 'id' | 'place'>, reason: string): void {
    this.#refused.push({ id, place, reason })
  }

  /** As the file wants it. */
  skip({ id, place }: Pick<Refusal, 'id' | 'place'>, reason: string): void {
    this.#skipped.push({ id, place, reason })
  }

  /** Something that is not done; `isPart` unless nobody would miss it. */
  note({ place }: Pick<Tree, 'place'>, subject: string, reason: string, isPart = true): void {
    this.#notes.push({ place, subject, reason, isPart })
  }

  /** Of a function's environment. The first function that has one of this name says it. */
  variable(name: string, value: string): void {
    if (!this.#variables.has(name)) this.#variables.set(name, value)
  }

  /** A resource that is no table. */
  other(kind: string, count = 1): void {
    this.#others.set(kind, (this.#others.get(kind) ?? 0) + count)
  }
}

/** A name that DynamoDB takes, and the same each time: what the file calls it, or what it was told to be called. */
export function madeName(id: string, stack: string | undefined, { names, namesBy }: Pick<ImportOptions, 'names' | 'namesBy'>): string {
  const given = names.get(id)
  if (given !== undefined) return given
  const text = namesBy === 'stack' && stack !== undefined ? `${stack}-${id}` : id
  return text
    .replaceAll(/[^a-zA-Z0-9_.-]/g, '-')
    .slice(0, tableNameLengthMax)
    .padEnd(tableNameLengthMin, '-')
}
