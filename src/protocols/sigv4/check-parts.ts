/**
 * Whether the parts of a signature are what they must be, each by itself and held against the clock and the service: everything that
 * can be seen without knowing a secret, in AWS's order and words (iam-and-sigv4.md §1.3, steps 4 to 9). Times are those of the machine.
 */
import { minuteMs, secondMs } from '../../base/clock.ts'
import { expiresSecondsMax, skewMsMax } from '../limits.ts'
import type { Signature } from './read-signature.ts'
import { incomplete, invalidSignature } from './refusals.ts'

export const algorithm = 'AWS4-HMAC-SHA256'
const terminator = 'aws4_request'
const fiveElements = /^([^/]*)\/([^/]*)\/([^/]*)\/([^/]*)\/([^/]+)\/*$/
const basicFormat = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

/** The five elements of a credential. */
export interface Credential {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly term: string
}

/** The last date that was one: clients sign many requests in a second. */
let lastDate = ''
let lastDateMs = 0

/** Throws unless it is a time in ISO 8601's basic format, which it returns in milliseconds. */
export function checkDate(date: string): number {
  if (date === lastDate) return lastDateMs
  lastDateMs = readDate(date)
  lastDate = date
  return lastDateMs
}

function readDate(date: string): number {
  const [, ...parts] = basicFormat.exec(date) ?? []
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  const timeMs = Date.UTC(year, month - 1, day, hour, minute, second)
  if (parts.length > 0 && basicText(timeMs) === date) return timeMs
  throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`)
}

/** Throws unless it was made about now, or is one that lasts longer and still does. */
export function checkAge({ date, expires }: Signature, madeMs: number, nowMs: number): void {
  const lastsMs = expires === undefined ? skewMsMax : lastsFor(expires)
  // A time in whole seconds is taken as that second.
  const now = nowMs - (nowMs % secondMs)
  if (madeMs < now - lastsMs) {
    const minutes = Number((lastsMs / minuteMs).toFixed(2))
    throw invalidSignature(
      `Signature expired: ${date} is now earlier than ${basicText(now - lastsMs)} (${basicText(now)} - ${minutes} min.)`,
    )
  }
  if (madeMs > now + skewMsMax) {
    const latest = basicText(now + skewMsMax)
    throw invalidSignature(`Signature not yet current: ${date} is still later than ${latest} (${basicText(now)} + 15 min.)`)
  }
}

/** Milliseconds. What AWS says of a number that is none is not known. [I] */
function lastsFor(expires: string): number {
  const seconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0
  if (seconds >= 1 && seconds <= expiresSecondsMax) return seconds * secondMs
  throw incomplete(`X-Amz-Expires must be a number of seconds from 1 to ${expiresSecondsMax}. Got '${expires}'. `)
}

export function checkHostSigned(signedHeaders: readonly string[]): void {
  if (signedHeaders.includes('host') || signedHeaders.includes(':authority')) return
  throw invalidSignature("'Host' must be a 'SignedHeader' in the AWS Authorization.")
}

export function checkAlgorithm(name: string): void {
  if (name === algorithm) return
  throw incomplete(`Unsupported AWS 'algorithm': '${name}' (only AWS4-HMAC-SHA256 for now). `)
}

/** Throws unless it has five elements; slashes behind them don't count. */
export function readCredential(credential: string): Credential {
  const found = fiveElements.exec(credential)
  if (found !== null) {
    const [, accessKeyId = '', date = '', region = '', service = '', term = ''] = found
    return { accessKeyId, date, region, service, term }
  }
  throw incomplete(`Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`)
}

export interface WantedScope {
  /** The name that requests of the service are signed for. */
  readonly service: string
  readonly isRegion: (region: string) => boolean
}

/** Throws one error that names everything that is wrong with the scope. */
export function checkScope({ date, region, service, term }: Credential, wanted: WantedScope, signedDate: string): void {
  let faults = ''
  if (!wanted.isRegion(region)) faults += `Credential should be scoped to a valid region, not '${region}'. `
  if (service !== wanted.service) faults += `Credential should be scoped to correct service: '${wanted.service}'. `
  if (term !== terminator) faults += `Credential should be scoped with a valid terminator: '${terminator}', not '${term}'. `
  const day = signedDate.slice(0, 'yyyymmdd'.length)
  if (date !== day) {
    faults += `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${day}', from '${signedDate}'.`
  }
  if (faults !== '') throw invalidSignature(faults)
}

/** `yyyymmddThhmmssZ`. */
export function basicText(timeMs: number): string {
  return Number.isNaN(timeMs) ? '' : `${new Date(timeMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}
