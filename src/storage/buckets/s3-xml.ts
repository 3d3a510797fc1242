/**
 * What S3 says in XML, as far as it is needed: the objects of ListObjectsV2 and errors. Both are flat documents without attributes of
 * interest, in which no element of these names stands inside another of its name.
 */
import type { ObjectPage } from './buckets.ts'

/** Of an answer to `encoding-type=url`; servers that do not encode say so by leaving EncodingType out. */
export function readListXml(text: string): ObjectPage {
  const isEncoded = textOf(text, 'EncodingType') === 'url'
  const objects = [...text.matchAll(/<Contents>(.*?)<\/Contents>/gs)].flatMap(([, content = '']) => {
    const key = textOf(content, 'Key')
    return key === undefined ? [] : [{ key: isEncoded ? decoded(key) : key, sizeBytes: Number(textOf(content, 'Size') ?? 0) }]
  })
  return { objects, isLast: textOf(text, 'IsTruncated') !== 'true' }
}

export interface S3ErrorText {
  readonly code?: string
  readonly message?: string
  readonly requestId?: string
}

/** Empty when it is something else. */
export function readErrorXml(text: string): S3ErrorText {
  const code = textOf(text, 'Code')
  const message = textOf(text, 'Message')
  const requestId = textOf(text, 'RequestId')
  return { ...(code && { code }), ...(message && { message }), ...(requestId && { requestId }) }
}

function textOf(text: string, name: string): string | undefined {
  const [, content] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text) ?? []
  return content?.replaceAll(/&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot|apos));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[name as keyof typeof entities]
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

const entities = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}
