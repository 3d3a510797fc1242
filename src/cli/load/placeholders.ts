/**
 * Texts with placeholders. `$${` stands for `${` itself; a placeholder that is not in the table is refused, so that a slip shows at once.
 *
 *     text        = (character | "$${" | placeholder)…
 *     placeholder = "${" name (" " argument)… "}"
 *
 * What a placeholder makes is letters, digits and `-:.`, nothing that JSON would have to escape.
 */
import { numberDigitsMax } from '../../api/limits.ts'
import { placeholderLengthMax } from '../limits.ts'
import type { SeededNumbers } from './seeded-numbers.ts'

/** What there is to make an item of: the numbers drawn for it, and more of them. */
export interface Draw {
  /** How many requests came before this one. */
  readonly i: number
  readonly key: number
  readonly sort: number
  /** The number of the item: one for each pair of key and sort. */
  readonly item: number
  readonly nowMs: number
  readonly numbers: SeededNumbers
}

/** A constant piece, or one to be made for each request. */
export type Piece = string | ((draw: Draw) => string)

export interface Placeholder {
  /** As it is written, with its arguments. */
  readonly form: string
  readonly help: string
  /** How many whole numbers it may take. */
  readonly least: number
  readonly most: number
  /** Refuses arguments that make no sense by returning undefined. */
  make(args: readonly number[]): ((draw: Draw) => string) | undefined
}

export const placeholders: readonly Placeholder[] = [
  {
    form: 'key',
    help: 'the number of the key that was drawn; ${key 12} with zeros to 12 digits',
    least: 0,
    most: 1,
    make: padded((draw) => draw.key),
  },
  {
    form: 'sort',
    help: 'the number of the sort key beneath it, from 0 to --sort-keys - 1',
    least: 0,
    most: 1,
    make: padded((draw) => draw.sort),
  },
  { form: 'item', help: 'the number of the item: key * sort-keys + sort', least: 0, most: 1, make: padded((draw) => draw.item) },
  { form: 'i', help: 'the number of the request, from 0', least: 0, most: 1, make: padded((draw) => draw.i) },
  {
    form: 'now',
    help: 'the time, as 2026-11-22T10:00:00.000Z',
    least: 0,
    most: 0,
    make: () => (draw) => new Date(draw.nowMs).toISOString(),
  },
  {
    form: 'seconds',
    help: 'the time in seconds since 1970; ${seconds 3600} in an hour, for a TTL',
    least: 0,
    most: 1,
    make:
      ([ahead = 0]) =>
      (draw) =>
        String(Math.floor(draw.nowMs / 1000) + ahead),
  },
  { form: 'uuid', help: 'a random UUID', least: 0, most: 0, make: () => (draw) => uuidOf(draw.numbers) },
  {
    form: 'random',
    help: 'a whole number: ${random 1 100} from 1 to 100',
    least: 2,
    most: 2,
    make: ([from = 0, to = 0]) => (from <= to ? (draw) => String(from + draw.numbers.below(to - from + 1)) : undefined),
  },
  {
    form: 'text',
    help: 'random letters: ${text 200} makes 200 of them',
    least: 1,
    most: 1,
    make: ([length = 0]) => (length >= 0 && length <= placeholderLengthMax ? (draw) => letters(length, draw.numbers) : undefined),
  },
]

function padded(numberOf: (draw: Draw) => number): Placeholder['make'] {
  return ([digits = 0]) => (digits >= 0 && digits <= numberDigitsMax ? (draw) => String(numberOf(draw)).padStart(digits, '0') : undefined)
}

/** The pieces of a text, neighbours that are constant joined. Throws an error that names the placeholder which is none. */
export function parsePlaceholders(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let constant = ''
  let at = 0
  while (at < text.length) {
    const start = text.indexOf('${', at)
    if (start < 0) break
    if (start > at && text[start - 1] === '$') {
      constant += `${text.slice(at, start - 1)}\${`
      at = start + 2
      continue
    }
    const end = text.indexOf('}', start)
    if (end < 0) throw new Error(`${text.slice(start)} has no closing brace`)
    constant += text.slice(at, start)
    if (constant !== '') pieces.push(constant)
    constant = ''
    pieces.push(placeholderOf(text.slice(start, end + 1)))
    at = end + 1
  }
  constant += text.slice(at)
  return constant === '' ? pieces : [...pieces, constant]
}

export function renderPieces(pieces: readonly Piece[], draw: Draw): string {
  let text = ''
  for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(draw)
  return text
}

export function isConstant(pieces: readonly Piece[]): boolean {
  return pieces.every((piece) => typeof piece === 'string')
}

function placeholderOf(written: string): Piece {
  const [name = '', ...words] = written.slice(2, -1).trim().split(/\s+/)
  const found = placeholders.find(({ form }) => form === name)
  if (found === undefined) throw new Error(`${written} is not a placeholder`)
  const args = words.map(Number)
  const fits = args.length >= found.least && args.length <= found.most && args.every(Number.isSafeInteger)
  const made = fits ? found.make(args) : undefined
  if (made === undefined) throw new Error(`${written} has arguments that it can't take`)
  return made
}

function uuidOf(numbers: SeededNumbers): string {
  const hex = [numbers.word(), numbers.word(), numbers.word(), numbers.word()].map((word) => word.toString(16).padStart(8, '0')).join('')
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEF'

/** Five bits to a letter, six letters to a word. */
function letters(length: number, numbers: SeededNumbers): string {
  let text = ''
  let word = 0
  for (let at = 0; at < length; at += 1) {
    word = at % 6 === 0 ? numbers.word() : word >>> 5
    text += alphabet[word & 31]
  }
  return text
}
