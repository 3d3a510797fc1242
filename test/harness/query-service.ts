/**
 * Services that speak the query protocol, asked in the test's own process: an input becomes a form, and the XML of the answer becomes
 * plain data again, once it is of the form that clients read.
 */
import assert from 'node:assert/strict'
import { answererOf } from '../../src/server/ask-wing.ts'
import type { Service } from '../../src/server/start.ts'

export interface QueryService {
  /** In the credential scope. */
  readonly signingName: string
  readonly version: string
  readonly xmlNamespace: string
}

export const queryServices: { readonly [Name in 'iam' | 'sts']: QueryService } = {
  iam: { signingName: 'iam', version: '2010-05-08', xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  sts: { signingName: 'sts', version: '2011-06-15', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
}

/** Members of an element are an object, `member`s and `entry`s a list, everything else text. */
export type XmlData = string | readonly XmlData[] | { readonly [name: string]: XmlData }

export interface QueryReply {
  readonly status: number
  /** Of an error. */
  readonly code?: string
  readonly message?: string
  /** Of an answer: what stands in `<operation>Result`. */
  readonly body: { readonly [name: string]: XmlData }
}

export async function callQuery(
  service: Service,
  { signingName, version, xmlNamespace }: QueryService,
  operation: string,
  input: object,
): Promise<QueryReply> {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-amz-date': '20261122T100000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/${signingName}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`,
  }
  const answerer = answererOf(service.otherServices, { method: 'POST', url: '/', headers })
  assert.ok(answerer !== undefined, `${signingName} is a service that speaks forms`)
  const form = new URLSearchParams({ Action: operation, Version: version, ...Object.fromEntries(parameters(input, '')) })
  const { status, headers: answered, body } = await answerer(Buffer.from(form.toString()))
  assert.equal(answered['Content-Type'], 'text/xml')
  const { name, namespace, data } = parseXml(String(body))
  assert.equal(namespace, xmlNamespace)
  const root = data as { readonly [name: string]: XmlData }
  if (status === 200) {
    assert.equal(name, `${operation}Response`)
    assert.ok((root.ResponseMetadata as { readonly RequestId?: string }).RequestId)
    const result = root[`${operation}Result`]
    return { status, body: result === undefined || result === '' ? {} : (result as QueryReply['body']) }
  }
  assert.equal(name, 'ErrorResponse')
  assert.ok(root.RequestId)
  const { Type, Code, Message } = root.Error as { readonly [name: string]: string }
  assert.equal(Type, status < 500 ? 'Sender' : 'Receiver')
  return { status, code: Code ?? '', message: Message ?? '', body: {} }
}

/** Names of parameters are paths: `Tags.member.1.Key`. */
function parameters(value: unknown, path: string): readonly (readonly [string, string])[] {
  const inside = (name: string): string => (path === '' ? name : `${path}.${name}`)
  if (Array.isArray(value)) {
    if (value.length === 0) return [[path, '']]
    return value.flatMap((each, at) => parameters(each, inside(`member.${at + 1}`)))
  }
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([name, each]) => parameters(each, inside(name)))
  return [[path, String(value)]]
}

interface XmlElement {
  readonly name: string
  readonly namespace: string | undefined
  readonly data: XmlData
}

const entities: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** As much of XML as answers have: elements and text. */
function parseXml(xml: string): XmlElement {
  const tag = /<(\/?)([A-Za-z]\w*)(?: xmlns="([^"]*)")?(\/?)>/y
  let at = 0
  const element = (): XmlElement => {
    tag.lastIndex = at
    const [whole, closing, name = '', namespace, empty] = tag.exec(xml) ?? assert.fail(`no element at ${at} of ${xml}`)
    assert.equal(closing, '')
    at += whole.length
    if (empty === '/') return { name, namespace, data: '' }
    const children: XmlElement[] = []
    let text = ''
    while (!xml.startsWith(`</${name}>`, at)) {
      assert.ok(at < xml.length, `${name} has no end`)
      if (xml[at] === '<') {
        children.push(element())
        continue
      }
      const end = xml.indexOf('<', at)
      text += xml.slice(at, end).replaceAll(/&(\w+);/g, (_, entity) => entities[entity] ?? assert.fail(`&${entity};`))
      at = end
    }
    at += name.length + 3
    return { name, namespace, data: dataOf(children, text) }
  }
  const root = element()
  assert.equal(at, xml.length)
  return root
}

function dataOf(children: readonly XmlElement[], text: string): XmlData {
  if (children.length === 0) return text
  if (children.every(({ name }) => name === 'member' || name === 'entry')) return children.map(({ data }) => data)
  return Object.fromEntries(children.map(({ name, data }) => [name, data]))
}
