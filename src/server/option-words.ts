/** The words that some options take, whether they are typed, said by a program or asked for by control: once, with the sentence that tells them. */
import type { AdviceProfile } from '../advice/rule.ts'
import type { ThroughputMode } from '../engine/settings.ts'
import type { ConsoleMode } from './console/answer-console.ts'
import type { HttpReader } from './http.ts'
import type { TraceMode } from './requests/request-feed.ts'

export interface OptionWords<Word extends string> {
  /** `off, observe or enforce`. */
  readonly expected: string
  /** Undefined when it is none of them. */
  find(value: unknown): Word | undefined
}

export function optionWords<const Word extends string>(...words: readonly Word[]): OptionWords<Word> {
  return { expected: words.join(', ').replace(/, ([^,]*)$/, ' or $1'), find: (value) => words.find((word) => word === value) }
}

export const regionsModes: OptionWords<'shared' | 'isolated'> = optionWords('shared', 'isolated')
export const throughputModes: OptionWords<ThroughputMode> = optionWords('off', 'observe', 'enforce')
export const traceModes: OptionWords<TraceMode> = optionWords('off', 'keys', 'full')
export const adviceModes: OptionWords<'on' | 'off'> = optionWords('on', 'off')
export const adviceProfiles: OptionWords<AdviceProfile> = optionWords('test', 'prod')
export const httpReaders: OptionWords<HttpReader> = optionWords('strict', 'node')
export const consoleModes: OptionWords<ConsoleMode> = optionWords('off', 'read', 'full')
