/** Keys of exports, imports and bulk operations (keys.ts has the whole table of keys). */
import { assert } from '../../base/assert.ts'
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import {
  key,
  prefixRange,
  rangeBeyond,
  regionOfKey,
  regionPrefix,
  runningTransferTag,
  transferLineTag,
  transferTag,
  transferTokenTag,
} from './keys.ts'

const kinds = ['export', 'import', 'bulk'] as const
export type TransferKind = (typeof kinds)[number]

/** One of a region as tables know it. */
export interface TransferName {
  readonly region: string
  readonly kind: TransferKind
  /** Its ARN's order is that of paths: `<table>/<id>`, of a bulk operation `<id>`. */
  readonly path: string
}

/** None is another, nor are the letters used for anything else. */
const letters: { readonly [Kind in TransferKind]: string } = { export: 'e', import: 'i', bulk: 'b' }

export function transferKey(name: TransferName): KeyBytes {
  return nameKey(transferTag, name)
}

/** All of a kind, or those of a table, in the reverse order of their ARNs; behind one of them if it is named. */
export function transfersRange(region: string, kind: TransferKind, { tableName, before }: TransferPage = {}): KeyRange {
  const path = tableName === undefined ? '' : `${tableName}/`
  const range = { ...prefixRange(nameKey(transferTag, { region, kind, path })), reverse: true }
  return before === undefined ? range : rangeBeyond(range, transferKey({ region, kind, path: before }))
}

export interface TransferPage {
  readonly tableName?: string | undefined
  /** A path. */
  readonly before?: string | undefined
}

export function runningTransferKey(name: TransferName): KeyBytes {
  return nameKey(runningTransferTag, name)
}

/** All that are under way, of all regions. */
export function runningTransfersRange(): KeyRange {
  return prefixRange(Uint8Array.of(runningTransferTag))
}

/** Those of a kind in a region. */
export function runningOfKindRange(region: string, kind: TransferKind): KeyRange {
  return prefixRange(runningTransferKey({ region, kind, path: '' }))
}

/** All of all regions. */
export function allTransfersRange(): KeyRange {
  return prefixRange(Uint8Array.of(transferTag))
}

/** What stands in the key of a transfer, or of that it is under way. */
export function nameInTransferKey(bytes: KeyBytes): TransferName {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8', 1)
  const at = text.indexOf('\0') + 1
  const kind = kinds.find((each) => letters[each] === text[at])
  assert(kind !== undefined, 'a transfer is of a known kind', text)
  return { region: regionOfKey(bytes), kind, path: text.slice(at + 1) }
}

/** What is told in lines: lists of one transfer, numbered by the letters of who writes them. */
export function transferLineKey(name: TransferName, list: number, number: number): KeyBytes {
  const bytes = Buffer.concat([nameKey(transferLineTag, name), Uint8Array.of(0, list, 0, 0, 0, 0)])
  bytes.writeUInt32BE(number, bytes.length - 4)
  return key(bytes)
}

/** The lines of a list, or of all lists. */
export function transferLinesRange(name: TransferName, list?: number): KeyRange {
  return prefixRange(Buffer.concat([nameKey(transferLineTag, name), Uint8Array.of(0, ...(list === undefined ? [] : [list]))]))
}

export function transferTokenKey(region: string, kind: TransferKind, token: string): KeyBytes {
  return nameKey(transferTokenTag, { region, kind, path: token })
}

function nameKey(tag: number, { region, kind, path }: TransferName): KeyBytes {
  return key(Buffer.concat([regionPrefix(tag, region), Buffer.from(`${letters[kind]}${path}`, 'utf8')]))
}
