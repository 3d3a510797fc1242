/** IP addresses and the ranges of them that conditions name, of both versions. */
import { BlockList, isIP } from 'node:net'

export interface Address {
  readonly text: string
  readonly version: 'ipv4' | 'ipv6'
}

export type AddressRange = Pick<BlockList, 'check'>

export function parseAddress(text: string): Address | undefined {
  const version = isIP(text)
  return version === 0 ? undefined : { text, version: version === 4 ? 'ipv4' : 'ipv6' }
}

/** An address, or CIDR; undefined for anything else. */
export function parseRange(text: string): AddressRange | undefined {
  const [base = '', prefix, ...more] = text.split('/')
  const address = parseAddress(base)
  if (address === undefined || more.length > 0) return undefined
  const bits = address.version === 'ipv4' ? 32 : 128
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
  if (!(length <= bits)) return undefined
  const range = new BlockList()
  range.addSubnet(address.text, length, address.version)
  return range
}
