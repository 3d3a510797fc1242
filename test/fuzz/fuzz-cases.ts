/** The kinds of fuzzing: how each makes one request from random decisions. */
import { writeJson } from '../../src/base/json-text.ts'
import { handlers } from '../../src/operations/registry.ts'
import { targetFor } from '../harness/target-for.ts'
import type { Choices } from './choices.ts'
import { expressionRequest } from './expression-requests.ts'
import { mutateBody } from './mutate-body.ts'
import { validRequests } from './valid-requests.ts'

export interface FuzzCase {
  readonly target: string
  readonly body: Uint8Array
}

const offered = Object.keys(validRequests).filter((operation) => Object.hasOwn(handlers, operation))
const oddTargets = [
  '',
  'DynamoDB_20120810.',
  'DynamoDB_20120810.__proto__',
  'DynamoDB_20120810.constructor',
  'DynamoDB_20111205.GetItem',
  'GetItem',
]

export const fuzzKinds = {
  /** Expressions from the grammar in otherwise sound requests. */
  expressions: (choices: Choices): FuzzCase => {
    const { operation, request } = expressionRequest(choices)
    return { target: targetFor(operation), body: Buffer.from(writeJson(request)) }
  },
  /** Sound requests of all operations that are offered (and a few that are not yet), mutated. */
  bodies: (choices: Choices): FuzzCase => {
    const operation = choices.pick(choices.chance(98) ? offered : Object.keys(validRequests))
    const target = choices.chance(2) ? choices.pick(oddTargets) : targetFor(operation)
    return { target, body: mutateBody(choices, choices.pick(validRequests[operation] ?? [])) }
  },
} as const

export type RequestKind = keyof typeof fuzzKinds
