/** The requests that the server answers, as it answers them: the last ones first, and then each as it comes, for as long as somebody looks. */
import type { RequestReport } from '../../src/server/requests/answered-request.ts'
import { retryMs } from '../limits.ts'
import { followed } from './ask.ts'

export interface FeedListener {
  readonly onRequests: (requests: readonly RequestReport[]) => void
  readonly onMissed: (count: number) => void
  readonly onTrouble: (error: unknown) => void
}

/** Ends with `gone`. Whoever is cut off goes on where he was. */
export async function followRequests(after: number, listener: FeedListener, gone: AbortSignal): Promise<void> {
  let seen = after
  while (!gone.aborted) {
    try {
      for await (const events of eventsOf(await followed('requests', gone, seen))) {
        const requests = events.flatMap(({ name, data }) => (name === 'missed' || data === '' ? [] : [JSON.parse(data) as RequestReport]))
        seen = requests.at(-1)?.number ?? seen
        const missed = events.filter(({ name }) => name === 'missed').reduce((sum, { data }) => sum + missedIn(data), 0)
        if (missed > 0) listener.onMissed(missed)
        if (requests.length > 0) listener.onRequests(requests)
      }
    } catch (error) {
      if (gone.aborted) return
      listener.onTrouble(error)
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}

function missedIn(data: string): number {
  return (JSON.parse(data) as { readonly missed: number }).missed
}

interface FeedEvent {
  readonly name: string
  readonly data: string
}

/** All that came together, at once (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<readonly FeedEvent[]> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const texts = (rest + value).split('\n\n')
    rest = texts.pop() ?? ''
    yield texts.map(eventOf)
  }
}

function eventOf(text: string): FeedEvent {
  const lines = text.split('\n').map((line) => /^([a-z]+): ?(.*)$/.exec(line))
  const value = (name: string): string => lines.flatMap((match) => (match?.[1] === name ? [match[2]] : [])).join('\n')
  return { name: value('event') || 'message', data: value('data') }
}
