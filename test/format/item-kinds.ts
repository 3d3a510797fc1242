/** Items of every kind that the store must carry: all types of values, names and keys that are hard to write down, long ones. */
import type { Body } from './client.ts'

export const s = (text: string): Body => ({ S: text })
export const n = (number: number | string): Body => ({ N: String(number) })
export const b = (...bytes: readonly number[]): Body => ({ B: Buffer.from(bytes).toString('base64') })

/** Binary hash keys, with NULs and 0xff before, inside and behind; number sort keys from the least there is to the greatest. */
export function typedItems(): readonly Body[] {
  const keys = [b(0), b(0, 0), b(0, 1, 0), b(0, 0xff, 0), b(0xff), b(0xff, 0), b(0x7f, 0x80)]
  const numbers = [
    '-99999999999999999999999999999999999999E88',
    '-123456789012345678901234567890.12345678',
    '-1',
    '-1E-130',
    '0',
    '1E-130',
    '0.5',
    '1',
    '9007199254740993',
    '99999999999999999999999999999999999999E88',
  ]
  return [
    ...keys.map((id, at) => ({ id, rank: n(at - 3), at: n(at) })),
    ...numbers.map((rank, at) => ({ id: b(0, 7, 0), rank: n(rank), at: n(at) })),
    { id: b(1), rank: n(1), ...everyType() },
    { id: b(1), rank: n(2), text: s('Large, over many pages. '.repeat(5000)) },
  ]
}

function everyType(): Body {
  return {
    text: s('Zeichen: äöü ß € 漢字 😀 "quoted" \\ / \u0000 \u2028 end'),
    empty: s(''),
    number: n('-1234567890.123456789'),
    tiny: n('1E-130'),
    bytes: b(0, 1, 2, 0xfe, 0xff),
    none: { B: '' },
    yes: { BOOL: true },
    no: { BOOL: false },
    nothing: { NULL: true },
    list: { L: [s('a'), n(1), { L: [] }, { M: {} }, { NULL: true }] },
    map: { M: { 'a.b': s('dot'), ' ': n(0), ünïcode: { L: [{ M: { deep: { L: [{ M: { deeper: s('down') } }] } } }] } } },
    texts: { SS: ['a', 'ä', '', '😀'] },
    numbers: { NS: ['1', '-1', '1E+20', '0.1'] },
    blobs: { BS: [b(0)['B'], b(0, 0)['B'], b(0xff)['B']] },
    ['__proto__']: s('a name like any other'),
    constructor: s('and another'),
    'name with spaces. and dots': n(1),
    '属性😀': s('named so'),
  }
}

/** Text keys: of one NUL, with NULs, of look-alikes, beyond the basic plane, as long as a key may be. */
export function worded(): readonly Body[] {
  const words = ['\u0000', 'a', 'a\u0000', 'a\u0000b', 'é', 'e\u0301', '漢字', '😀', '\uffff', '\u{10ffff}', 'x'.repeat(2048)]
  return words.flatMap((word, at) => [
    { wörd: s(word), form: s('\u0000'), at: n(at) },
    { wörd: s(word), form: s(`ß${at}`), at: n(at + 100) },
  ])
}

/** Orders of a few customers, some of them without what an index wants. */
export function order(customer: number, number: number): Body {
  return {
    customer: s(`customer ${customer}`),
    number: n(number),
    ...(number % 4 !== 0 && { status: s(['open', 'paid', 'sent'][number % 3] ?? '') }),
    ...(number % 5 !== 0 && { product: s(`product ${number % 3}`) }),
    total: n(((number * 137) % 1000) / 10),
    lines: { L: [{ M: { sku: s(`sku-${number}`), count: n(number % 9) } }] },
  }
}
