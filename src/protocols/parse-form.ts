/**
 * The bodies of the AWS query protocol: a form whose names are paths, made into the tree of structures and lists that the newer
 * protocols send. Every leaf stays text.
 *
 * | name                         | stands for                                     |
 * | ---------------------------- | ---------------------------------------------- |
 * | `Period`                     | a member                                       |
 * | `Statistics.member.2`        | the second element of a list                   |
 * | `Dimensions.member.1.Name`   | a member of the first element                  |
 */
import { ClientError } from '../api/client-error.ts'
import { formDepthMax, formParametersMax, printedPathLengthMax } from './limits.ts'

interface Branch {
  [name: string]: Branch | string
}

/** Throws SerializationException for a form that is too large or makes no tree. */
export function parseForm(body: Uint8Array): { readonly [name: string]: unknown } {
  if (ampersandsIn(body) >= formParametersMax) throw malformed(`A request has at most ${formParametersMax} parameters.`)
  const root: Branch = Object.create(null)
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString()
  for (const parameter of text.split('&')) {
    const equals = parameter.indexOf('=')
    if (equals >= 0) put(root, decoded(parameter.slice(0, equals)), decoded(parameter.slice(equals + 1)))
    else if (parameter !== '') put(root, decoded(parameter), '')
  }
  return members(root)
}

/** For long forms this is several times as fast as URLSearchParams of the whole. */
function decoded(text: string): string {
  return text.includes('%') || text.includes('+') ? (new URLSearchParams(`=${text}`).get('') ?? '') : text
}

/** Counted before anything is made of them. */
function ampersandsIn(body: Uint8Array): number {
  let ampersands = 0
  for (let at = body.indexOf(0x26); at >= 0; at = body.indexOf(0x26, at + 1)) ampersands += 1
  return ampersands
}

function put(root: Branch, path: string, value: string): void {
  const names = path.split('.', formDepthMax + 1)
  const last = names.pop() ?? ''
  if (names.length >= formDepthMax) throw malformed(`The parameter ${path.slice(0, printedPathLengthMax)} is nested too deep.`)
  let branch = root
  for (const name of names) {
    const next: Branch | string = branch[name] ?? Object.create(null)
    branch[name] = next
    if (typeof next === 'string') throw malformed(`The parameter ${path.slice(0, printedPathLengthMax)} is both a value and a structure.`)
    branch = next
  }
  if (typeof branch[last] === 'object')
    throw malformed(`The parameter ${path.slice(0, printedPathLengthMax)} is both a value and a structure.`)
  branch[last] = value
}

function members(branch: Branch): { readonly [name: string]: unknown } {
  const structure: { [name: string]: unknown } = Object.create(null)
  for (const name in branch) {
    const value = branch[name]
    structure[name] = typeof value === 'object' ? grown(value) : value
  }
  return structure
}

/** A structure, or the list that it stands for if `member` is all it has. The numbers of elements need not be without gaps. [I] */
function grown(branch: Branch): unknown {
  const list = branch.member
  if (typeof list !== 'object' || Object.keys(branch).length > 1) return members(branch)
  const numbers = Object.keys(list).sort((a, b) => Number(a) - Number(b))
  if (!numbers.every((number) => /^\d{1,6}$/.test(number))) throw malformed('The elements of a list are numbered from 1.')
  return numbers.map((number) => {
    const element = list[number]
    return typeof element === 'object' ? grown(element) : element
  })
}

function malformed(message: string): Error {
  return new ClientError('SerializationException', message)
}
