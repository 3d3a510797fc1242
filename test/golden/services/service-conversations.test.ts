/**
 * Holds the conversations beside this file, each file with the service that it is named for, and the conversations together to every
 * operation that the services offer. With REWRITE_GOLDEN=1 the answers that differ are replaced, as in test/golden.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { ManualClock } from '../../../src/base/clock.ts'
import { seededRandom } from '../../../src/base/random.ts'
import { newSealingKey, SealingKeys } from '../../../src/base/sealing.ts'
import type { Service } from '../../../src/server/start.ts'
import type { LambdaOperation } from '../../../src/services/lambda/contract/operations.ts'
import { services } from '../../../src/services/services.ts'
import { callLambda, functionsOf } from '../../harness/lambda-service.ts'
import { alignWith } from '../../harness/likeness.ts'
import { callQuery, type QueryReply, queryServices } from '../../harness/query-service.ts'
import { openTestService, succeed } from '../../harness/service.ts'
import { type Conversation, type Expected, parseGolden } from '../conversation.ts'

const rewrite = process.env.REWRITE_GOLDEN === '1'
const startMs = 1_795_341_600_000
const random = seededRandom(4)
const keys = new SealingKeys([newSealingKey(random)], random)
const answered = new Set<string>()

for (const name of readdirSync(import.meta.dirname).filter((entry) => entry.endsWith('.txt'))) describe(name, () => holdFile(name))

test('every operation that is offered answers one conversation with success, or has nothing to answer', async () => {
  // The ids of keys are drawn: test/clients/aws-sdk-iam.test.ts changes and deletes one, test/server/access-key-last-used.test.ts asks of one. There are no passwords, so there is none to tell of.
  // Tokens of other providers are signed: test/server/web-identity.test.ts does it.
  const keysAndPasswords = [
    'iam UpdateAccessKey',
    'iam DeleteAccessKey',
    'iam GetAccessKeyLastUsed',
    'iam GetLoginProfile',
    'iam DeleteLoginProfile',
  ]
  const elsewhere = [...keysAndPasswords, 'sts AssumeRoleWithWebIdentity']
  const offered: string[] = []
  for (const { name, load } of services) {
    if (name in queryServices || name === 'lambda')
      offered.push(...Object.keys((await load()).contract.operations).map((operation) => `${name} ${operation}`))
  }
  assert.deepEqual(
    offered.filter((each) => !answered.has(each)),
    elsewhere,
  )
})

/** Two functions of this process, and where the failures of mappings go. */
const functions = functionsOf(
  { 'on-order': (event: unknown) => ({ event }), throws: () => Promise.reject('no') },
  { 'arn:aws:sqs:us-east-1:123456789012:failures': { file: 'failures.jsonl' } },
)

function holdFile(name: string): void {
  const path = join(import.meta.dirname, name)
  const lines = readFileSync(path, 'utf8').split('\n')
  const { setup, conversations } = parseGolden(lines.join('\n'))
  const serviceName = name.split(/[-.]/, 1)[0] ?? ''
  const replacements: { conversation: Conversation; answer: string[] }[] = []
  const clock = new ManualClock(startMs)
  let opening: Promise<Service> | undefined

  const open = async (): Promise<Service> => {
    const service = await openTestService('any', { clock, sealingKeys: async () => keys, ...(serviceName === 'lambda' && functions) })
    for (const { operation, body } of setup) {
      if (serviceName === 'lambda') {
        await succeed(service, operation, JSON.parse(body))
        continue
      }
      // Those of another service are named with it.
      const { code, message } = await callQuery(service, queryServices.iam, operation, JSON.parse(body))
      assert.equal(code, undefined, `${operation}: ${message}`)
    }
    return service
  }

  /** The id of the mapping that was made last. */
  let mappingId = ''
  const ask = async (service: Service, operation: string, body: string): Promise<QueryReply> => {
    if (serviceName !== 'lambda')
      return callQuery(service, queryServices[serviceName as keyof typeof queryServices], operation, JSON.parse(body))
    const input = JSON.parse(body.replaceAll('MAPPING', mappingId)) as { readonly [member: string]: unknown }
    const { status, exception, message = '', body: answer, text } = await callLambda(service, operation as LambdaOperation, input)
    if (operation === 'CreateEventSourceMapping' && exception === undefined) mappingId = String(answer['UUID'])
    const named = (told: string): string => (mappingId === '' ? told : told.replaceAll(mappingId, 'MAPPING'))
    if (exception !== undefined) return { status, code: exception, message: named(message), body: {} }
    return { status: 200, body: text === '' ? {} : (JSON.parse(named(text)) as QueryReply['body']) }
  }

  for (const conversation of conversations) {
    test(conversation.title, async () => {
      opening ??= open()
      const service = await opening
      for (const wait of conversation.waits) {
        if (!('seconds' in wait)) continue
        clock.advance(wait.seconds * 1000)
        if (serviceName === 'lambda') await service.control.runJobs()
      }
      const { operation, body } = conversation.request
      const reply = await ask(service, operation, body)
      if (reply.status === 200) answered.add(`${serviceName} ${operation}`)
      const actual = alignWith(conversation.expected, asExpected(reply))
      if (!rewrite) assert.deepEqual(actual, conversation.expected)
      else if (!isDeepStrictEqual(actual, conversation.expected)) replacements.push({ conversation, answer: printed(reply) })
    })
  }

  after(async () => {
    await (await opening)?.close()
    for (const { conversation, answer } of replacements.reverse()) {
      const { start, end } = conversation.answerLines
      lines.splice(start, end - start, ...answer)
    }
    if (replacements.length > 0) writeFileSync(path, lines.join('\n'))
  })
}

/** Ids, secrets and tokens. */
const drawn = /(?<="(?:SecretAccessKey|SessionToken)":)"[^"]+"|"A(?:IDA|GPA|ROA|NPA|KIA|SIA)[A-Z2-7]{16,17}(?::\w+)?"/g

function asExpected({ status, code, message, body }: QueryReply): Expected {
  if (code === undefined) return { status: 200, body }
  return { status, exception: code, ...(message !== '' && message !== undefined && { message }), members: {} }
}

function printed({ status, code, message, body }: QueryReply): string[] {
  if (code === undefined) return [JSON.stringify(body).replaceAll(drawn, '"<string>"')]
  return [`${status} ${code}`, ...(message ? [message] : [])]
}
