/** `{"cidr": "10.0.0.0/8"}`: whether text is an address of IPv4 or IPv6 in a range. */
import { BlockList, isIP } from 'node:net'
import { toldWordMax } from './limits.ts'
import { PatternError } from './pattern-error.ts'

export function cidrTest(value: unknown): (text: string) => boolean {
  if (typeof value !== 'string') throw new PatternError('prefix match pattern must be a string')
  const [address = '', length, more] = value.split('/')
  if (length === undefined || more !== undefined) throw new PatternError("Malformed CIDR, one '/' required")
  const family = isIP(address)
  if (family === 0) throw new PatternError(`Nonstandard IP address: ${address.slice(0, toldWordMax)}`)
  const bits = family === 4 ? 32 : 128
  if (!/^\d{1,3}$/.test(length)) throw new PatternError('Malformed CIDR, mask bits must be an integer')
  if (Number(length) > bits) throw new PatternError('Malformed CIDR, mask bits must not be more than the address has')
  const range = new BlockList()
  const kind = family === 4 ? 'ipv4' : 'ipv6'
  range.addSubnet(address, Number(length), kind)
  return (text) => isIP(text) === family && range.check(text, kind)
}
