/**
 * A process that reads a stream on and on (its ARN, then the endpoints of the nodes), and tells its parent, when that asks, what it has
 * read since. Which node it asks changes with every request; one that does not answer is left for the next.
 */
import { type Ask, StreamConsumer } from '../../harness/stream-consumer.ts'
import { targetFor } from '../../harness/target-for.ts'

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261122T100000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}
const patienceMs = 2000
const betweenPollsMs = 50

const [streamArn = '', ...endpoints] = process.argv.slice(2)
const consumer = new StreamConsumer(streamArn, { recordsMax: 20 })
let turn = 0

const ask: Ask = async (operation, input) => {
  for (;;) {
    turn += 1
    const answer = await fetch(endpoints[turn % endpoints.length] ?? '', {
      method: 'POST',
      headers: { ...headers, 'x-amz-target': targetFor(operation) },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(patienceMs),
    }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => undefined,
    )
    if (answer?.status === 200) return JSON.parse(answer.text)
    if (answer !== undefined && answer.status < 500) throw new Error(`${operation} ${JSON.stringify(input)}: ${answer.text}`)
    await new Promise((resolve) => setTimeout(resolve, betweenPollsMs))
  }
}

/** Polls follow one another. */
let polling: Promise<unknown> = Promise.resolve()

function poll(): Promise<unknown> {
  polling = polling.then(() => consumer.poll(ask))
  return polling
}

process.on('disconnect', () => process.exit())
process.on('message', () => {
  poll().then(
    () => process.send?.({ records: consumer.records.splice(0) }),
    (error: unknown) => process.send?.({ fault: String(error) }),
  )
})

async function pollOn(): Promise<void> {
  for (;;) {
    await poll()
    await new Promise((resolve) => setTimeout(resolve, betweenPollsMs))
  }
}

// What goes wrong is told to whoever asks next, for every later poll fails as this one did.
pollOn().catch(() => {})
