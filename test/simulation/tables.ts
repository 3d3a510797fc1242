/**
 * What the tables of a run should be, as those who change them know it from the answers they got: one truth, however many nodes gave
 * them. Times are turns of the schedule; a change that was asked for and not yet answered may have happened or not.
 */
import { entryOf, type KeySet, type Item as NaiveItem, sizeBytes } from '../model/naive-table.ts'

/** The members of a set are in order. */
export type Value =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly L: readonly { readonly N: string }[] }
  | { readonly SS: readonly string[] }
export type Item = { readonly [name: string]: Value }

/** One change of one item that was answered with success. */
export interface Change {
  readonly key: string
  /** What a stream tells of it (`toldOf`). */
  readonly told: string
  readonly askedAt: number
  readonly answeredAt: number
}

/** Every write gives its item another number; a deletion is told by the number of what it deleted. */
export function toldOf(key: string, before: Item | undefined, after: Item | undefined): string {
  return `${key} ${after === undefined ? `-${numberOf(before)}` : numberOf(after)}`
}

/** While a stream was on: every change that was asked for and answered in between is in it. */
export interface StreamPeriod {
  readonly arn: string
  readonly onAt: number
  /** When it was asked to be off, by an update or because its table goes. */
  offAskedAt: number
}

export interface TableIndex {
  readonly keys: KeySet
  /** False while it comes or goes: nobody may ask for it then. */
  isActive: boolean
}

/** One life of a table: what is created later under the same name is another. */
export class TableLife {
  readonly name: string
  /** By partition and sort key. */
  readonly items: Map<string, Item> = new Map()
  /** Those that may go by themselves, and are written once. */
  readonly expiring: Map<string, Item> = new Map()
  readonly indexes: TableIndex[]
  hasVectors: 'no' | 'changing' | 'yes'
  /** Those who have asked it for something and have no answer. */
  askers = 0
  /** Undefined: nobody has asked for its end. */
  deletionAskedAt: number | undefined
  deletionAnsweredAt: number | undefined
  timeToLive: 'off' | 'on' | 'was on' = 'off'
  stream: StreamPeriod | undefined
  /** Since all was last looked at. */
  readonly changes: Change[] = []

  constructor(name: string, { indexes, hasVectors }: { readonly indexes: readonly KeySet[]; readonly hasVectors: boolean }) {
    this.name = name
    this.indexes = indexes.map((keys) => ({ keys, isActive: true }))
    this.hasVectors = hasVectors ? 'yes' : 'no'
  }

  /** Whether it has to take every request now. */
  get isServing(): boolean {
    return this.deletionAskedAt === undefined
  }
}

export class Tables {
  /** By name: the latest life of each table that was ever there. */
  readonly lives: Map<string, TableLife> = new Map()
  /** All that something may have been recorded in since all was last looked at. */
  streams: readonly { readonly life: TableLife; readonly period: StreamPeriod }[] = []

  /** When all of them were looked at. */
  forgetChanges(): void {
    for (const { changes } of this.lives.values()) changes.length = 0
  }

  get serving(): readonly TableLife[] {
    return [...this.lives.values()].filter(({ isServing }) => isServing)
  }

  /** Whose deletion was acknowledged, with nobody having asked for another table of the name since. */
  get gone(): readonly TableLife[] {
    return [...this.lives.values()].filter(({ deletionAnsweredAt }) => deletionAnsweredAt !== undefined)
  }
}

export function keyText({ pk, sk }: Item): string {
  return `${textOf(pk)}/${textOf(sk)}`
}

export function keyOf(key: string): Item {
  const [pk = '', sk = ''] = key.split('/')
  return { pk: { S: pk }, sk: { S: sk } }
}

export function textOf(value: Value | undefined): string {
  return value !== undefined && 'S' in value ? value.S : ''
}

export function numberOf(item: Item | undefined): string | undefined {
  const number = item?.['n']
  return number !== undefined && 'N' in number ? number.N : undefined
}

/** What the index has of these items. */
export function entriesIn(keys: KeySet, items: Iterable<Item>): Item[] {
  return [...items].map((item) => entryOf(keys, item as NaiveItem) as Item | undefined).filter((entry) => entry !== undefined)
}

/** Undefined when there is a vector among them, whose size depends on more than itself. */
export function totalBytes(items: readonly Item[]): number | undefined {
  if (items.some((item) => item['v'] !== undefined)) return undefined
  return items.reduce((sum, item) => sum + sizeBytes(item as NaiveItem), 0)
}
