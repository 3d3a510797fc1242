/** The differences between `src/api` and the clients of an SDK that nobody knew of. */
import { join } from 'node:path'
import { differencesOf, type Facts, factsOf } from './api-model.ts'
import { type KnownDifference, knownDifferences } from './known-differences.ts'
import { readOwnModel } from './read-own-model.ts'
import { joinedModels, readSdkModel } from './read-sdk-model.ts'

export const clients = ['@aws-sdk/client-dynamodb', '@aws-sdk/client-dynamodb-streams'] as const

/** What the clients that stand in a `node_modules` promise. */
export function readSdkFacts(modules: string): Facts {
  const [first, second] = clients.map((name) => readSdkModel(join(modules, name)))
  if (first === undefined || second === undefined) throw new Error('DynamoDB has two clients')
  return factsOf(joinedModels(first, second))
}

export function readOwnFacts(): Facts {
  return factsOf(readOwnModel())
}

/** What is to be told: differences that are not known, and what is called known and is none. */
export function newDifferences(own: Facts, theirs: Facts, known: readonly KnownDifference[] = knownDifferences): string[] {
  const texts = differencesOf(own, theirs).map(({ text }) => text)
  return [
    ...texts.filter((text) => !known.some((each) => each.text.test(text))),
    ...known.filter((each) => !texts.some((text) => each.text.test(text))).map((each) => `stale      known difference ${each.text}`),
  ]
}
