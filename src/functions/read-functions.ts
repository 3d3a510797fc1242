/**
 * From what a file of functions says, or a program, to definitions: every member is checked, and what is wrong is told in one sentence.
 *
 *   { functions: { name: { handler | command | url, timeout?, memory?, environment?, concurrency?, description? } | a function of JavaScript },
 *     destinations: { arn: { file | url | folder | table } } }
 */

import { resolve } from 'node:path'
import { nearest } from '../base/nearest.ts'
import type { Destination, FunctionDefinition, FunctionKind, InProcessHandler } from './function-host.ts'
import { handlerFile } from './handler-file.ts'
import { concurrencyMax, memoryMbDefault, memoryMbMax, memoryMbMin, timeoutSecondsDefault, timeoutSecondsMax } from './limits.ts'

export interface FunctionSet {
  readonly functions: ReadonlyMap<string, FunctionDefinition>
  /** By their ARNs. */
  readonly destinations: ReadonlyMap<string, Destination>
}

/** What a file of functions says that is not right. */
export class FunctionsError extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'FunctionsError'
  }
}

type JsonObject = { readonly [name: string]: unknown }

/** `folder`: what paths in it begin from. Throws FunctionsError. */
export function readFunctions(given: unknown, folder: string): FunctionSet {
  const whole = objectOf('A file of functions', given, ['functions', 'destinations'])
  const functions = new Map(
    Object.entries(objectOf('functions', whole['functions'] ?? {})).map(
      ([name, value]) => [name, definitionOf(name, value, folder)] as const,
    ),
  )
  const destinations = new Map(
    Object.entries(objectOf('destinations', whole['destinations'] ?? {})).map(
      ([arn, value]) => [arn, destinationOf(arn, value, folder)] as const,
    ),
  )
  return { functions, destinations }
}

const members = ['handler', 'command', 'url', 'timeout', 'memory', 'environment', 'concurrency', 'description']

function definitionOf(name: string, given: unknown, folder: string): FunctionDefinition {
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name)) {
    throw new FunctionsError(`${JSON.stringify(name)} is no name of a function: letters, digits, - and _, 64 of them at most.`)
  }
  if (typeof given === 'function') return { ...defaults(name), run: { kind: 'function', handler: given as InProcessHandler } }
  const what = `The function ${name}`
  const said = objectOf(what, given, members)
  const number = (member: string, range: { readonly min: number; readonly max: number }): number | undefined =>
    numberOf(`${member} of ${name}`, said[member], range)
  return {
    name,
    run: kindOf(name, said, folder),
    description: said['description'] === undefined ? '' : textOf(`description of ${name}`, said['description']),
    timeoutSeconds: number('timeout', { min: 1, max: timeoutSecondsMax }) ?? timeoutSecondsDefault,
    memoryMb: number('memory', { min: memoryMbMin, max: memoryMbMax }) ?? memoryMbDefault,
    environment: environmentOf(name, said['environment']),
    concurrency: number('concurrency', { min: 1, max: concurrencyMax }),
  }
}

function defaults(name: string): Omit<FunctionDefinition, 'run'> {
  return {
    name,
    description: '',
    timeoutSeconds: timeoutSecondsDefault,
    memoryMb: memoryMbDefault,
    environment: {},
    concurrency: undefined,
  }
}

function kindOf(name: string, said: JsonObject, folder: string): FunctionKind {
  const { handler, command, url } = said
  const kinds = [handler, command, url].filter((each) => each !== undefined)
  if (kinds.length !== 1) throw new FunctionsError(`The function ${name} needs one of handler, command and url.`)
  if (url !== undefined) return { kind: 'endpoint', url: urlOf(`url of ${name}`, url) }
  if (command !== undefined) {
    if (!Array.isArray(command) || command.length === 0 || !command.every((word) => typeof word === 'string')) {
      throw new FunctionsError(`command of ${name} must be a list of words such as ["./run.sh", "--once"].`)
    }
    return { kind: 'command', command: command as readonly string[], folder }
  }
  const text = textOf(`handler of ${name}`, handler)
  if (handlerFile(folder, text) === undefined) {
    throw new FunctionsError(
      `handler of ${name} must be a file and what it exports, such as src/orders.handler: there is no file for ${text}.`,
    )
  }
  return { kind: 'module', handler: text, folder }
}

function environmentOf(name: string, given: unknown): { readonly [name: string]: string } {
  if (given === undefined) return {}
  return Object.fromEntries(
    Object.entries(objectOf(`environment of ${name}`, given)).map(([variable, value]) => [
      variable,
      textOf(`${variable} in the environment of ${name}`, value),
    ]),
  )
}

function destinationOf(arn: string, given: unknown, folder: string): Destination {
  if (!/^arn:aws[a-z-]*:(sqs|sns|s3):/.test(arn)) {
    throw new FunctionsError(`${JSON.stringify(arn)} is no destination: it is the ARN of a queue of SQS, a topic of SNS or a bucket of S3.`)
  }
  const said = objectOf(`The destination ${arn}`, given, ['file', 'url', 'folder', 'table'])
  const [[kind, value] = ['', undefined], ...others] = Object.entries(said)
  if (value === undefined || others.length > 0) throw new FunctionsError(`The destination ${arn} needs one of file, url, folder and table.`)
  const text = textOf(`${kind} of ${arn}`, value)
  switch (kind) {
    case 'file':
      return { kind, path: resolve(folder, text) }
    case 'folder':
      return { kind, path: resolve(folder, text) }
    case 'url':
      return { kind, url: urlOf(`url of ${arn}`, text) }
    default:
      return { kind: 'table', tableName: text }
  }
}

function urlOf(what: string, given: unknown): string {
  const text = textOf(what, given)
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new FunctionsError(`${what} must be a URL of HTTP, not ${JSON.stringify(text)}.`)
  return text
}

function textOf(what: string, given: unknown): string {
  if (typeof given !== 'string') throw new FunctionsError(`${what} must be a text.`)
  return given
}

function numberOf(what: string, given: unknown, { min, max }: { readonly min: number; readonly max: number }): number | undefined {
  if (given === undefined) return undefined
  if (typeof given !== 'number' || !Number.isInteger(given) || given < min || given > max) {
    throw new FunctionsError(`${what} must be a whole number from ${min} to ${max}.`)
  }
  return given
}

/** `known`: the members that it may have. Left out: any. */
function objectOf(what: string, given: unknown, known?: readonly string[]): JsonObject {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new FunctionsError(`${what} must be an object.`)
  for (const name of Object.keys(given)) {
    if (known === undefined || known.includes(name)) continue
    const meant = nearest(name, known)
    throw new FunctionsError(
      `${what} has no member ${name}: ${meant === undefined ? `it has ${known.join(', ')}` : `did you mean ${meant}?`}`,
    )
  }
  return given as JsonObject
}
