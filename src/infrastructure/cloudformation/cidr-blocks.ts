/** Blocks of addresses in a block of IPv4, as Fn::Cidr makes them. */
import { cidrBlocksMax } from '../limits.ts'

/** `bits`: of each block for its hosts. Undefined for what is no block, for IPv6, and for more than fit. */
export function cidrBlocks(block: string, count: number, bits: number = hostBits): readonly string[] | undefined {
  const [, address = '', prefixText] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(block) ?? []
  const parts = address.split('.').map(Number)
  const prefix = Number(prefixText)
  const isWhole = Number.isInteger(count) && Number.isInteger(bits)
  if (prefixText === undefined || parts.some((part) => part >= 2 ** 8) || !isWhole) return undefined
  if (count <= 0 || count > cidrBlocksMax || bits <= 0 || prefix + bits > addressBits) return undefined
  const size = 2 ** bits
  const whole = 2 ** (addressBits - prefix)
  if (count * size > whole) return undefined
  const number = parts.reduce((sum, part) => sum * 256 + part, 0)
  const start = number - (number % whole)
  return Array.from({ length: count }, (_, at) => `${dotted(start + at * size)}/${addressBits - bits}`)
}

const addressBits = 32
const hostBits = 8

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}
