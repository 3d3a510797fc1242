/**
 * Which streams are files, addresses or functions, as whoever starts a server says it:
 *
 *     { "streams": { "orders": { "file": "orders.jsonl" }, "audit": { "url": "https://example.com/changes", "headers": { "authorization": "…" } } } }
 *
 * Programs may give a function in the place of such an object, which gets the records of a batch.
 */
import { isObject } from '../base/is-object.ts'
import { streamSinksMax } from './limits.ts'

export type StreamSink =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'url'; readonly url: string; readonly headers: { readonly [name: string]: string } }
  | { readonly kind: 'function'; readonly take: (records: readonly unknown[]) => unknown }

/** By names of streams. */
export type StreamSinks = ReadonlyMap<string, StreamSink>

/** What was said of sinks is wrong. The message is one sentence. */
class StreamSinksError extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'StreamSinksError'
  }
}

/** Throws StreamSinksError. */
export function checkStreamSinks(given: unknown): StreamSinks {
  if (!isObject(given)) throw new StreamSinksError('Sinks are an object whose member streams has the names of streams.')
  const { streams, ...others } = given
  const [other] = Object.keys(others)
  if (other !== undefined) throw new StreamSinksError(`Sinks have a member streams and no ${other}.`)
  if (!isObject(streams))
    throw new StreamSinksError('The member streams of the sinks is an object: names of streams, and where their records go.')
  const entries = Object.entries(streams)
  if (entries.length > streamSinksMax) throw new StreamSinksError(`There may be ${streamSinksMax} sinks, and these are ${entries.length}.`)
  return new Map(entries.map(([name, sink]) => [checkName(name), checkSink(name, sink)]))
}

function checkName(name: string): string {
  if (!/^[a-zA-Z0-9_.-]{1,128}$/.test(name)) {
    throw new StreamSinksError(
      `A stream has a name of up to 128 letters, digits, dots, hyphens and underscores, and is not called ${JSON.stringify(name)}.`,
    )
  }
  return name
}

function checkSink(name: string, given: unknown): StreamSink {
  if (typeof given === 'function') return { kind: 'function', take: given as (records: readonly unknown[]) => unknown }
  if (!isObject(given)) throw new StreamSinksError(`The sink of the stream ${name} is an object with a file or a url.`)
  const { file, url, headers, ...others } = given
  const [other] = Object.keys(others)
  if (other !== undefined) throw new StreamSinksError(`The sink of the stream ${name} has a file, or a url and headers, and no ${other}.`)
  if ((file === undefined) === (url === undefined)) throw new StreamSinksError(`The sink of the stream ${name} has either a file or a url.`)
  if (url === undefined) return checkFile(name, { file, headers })
  if (typeof url !== 'string' || !isHttp(url)) throw new StreamSinksError(`The url of the stream ${name} begins with http:// or https://.`)
  return { kind: 'url', url, headers: headers === undefined ? {} : checkHeaders(name, headers) }
}

function checkFile(name: string, { file, headers }: { readonly file: unknown; readonly headers: unknown }): StreamSink {
  if (typeof file !== 'string' || file === '') throw new StreamSinksError(`The file of the stream ${name} is a path.`)
  if (headers !== undefined) throw new StreamSinksError(`The sink of the stream ${name} has headers, which go with a url.`)
  return { kind: 'file', file }
}

function checkHeaders(name: string, headers: unknown): { readonly [name: string]: string } {
  if (isObject(headers)) {
    const entries = Object.entries(headers)
    const areRight = entries.every(([header, value]) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(header) && isHeaderValue(value))
    if (areRight) return Object.fromEntries(entries.map(([header, value]) => [header.toLowerCase(), String(value)]))
  }
  throw new StreamSinksError(`The headers of the stream ${name} are an object of names and texts.`)
}

function isHeaderValue(value: unknown): boolean {
  return typeof value === 'string' && /^[\t -~]*$/.test(value)
}

function isHttp(url: string): boolean {
  return /^https?:\/\//.test(url) && URL.canParse(url)
}
