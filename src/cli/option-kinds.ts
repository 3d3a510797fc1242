/** Which texts an option takes, and what each of them means. Apart from the settings that are made of them. */
import { isRegionName } from '../api/region-name.ts'
import { hourMs, minuteMs, parseTime, secondMs } from '../base/clock.ts'
import type { ConsoleMode } from '../server/console/answer-console.ts'
import type { CrossOriginPolicy } from '../server/cross-origin.ts'
import type { HttpReader } from '../server/http.ts'
import {
  connectionsMaxMax,
  memoryBudgetBytesMax,
  memoryBudgetBytesMin,
  settableDelayMsMax,
  settableTimeMsMax,
  streamShardsMax,
} from '../server/limits.ts'
import {
  adviceModes,
  adviceProfiles,
  consoleModes,
  httpReaders,
  type OptionWords,
  regionsModes,
  throughputModes,
  traceModes,
} from '../server/option-words.ts'
import type { ThroughputMode, TraceMode } from '../server/start.ts'
import type { OptionName } from './options.ts'
import { type GivenText, UsageError } from './read-arguments.ts'
import type { LogForm, LogLevel } from './server-log.ts'

/** `parse` returns undefined for a text that is none of its kind, which `expected` describes. */
interface Kind<T> {
  readonly expected: string
  parse(text: string): T | undefined
}

export function read<T>(given: ReadonlyMap<OptionName, GivenText>, name: OptionName, { expected, parse }: Kind<T>): T | undefined {
  const found = given.get(name)
  if (found === undefined) return undefined
  const value = parse(found.text)
  if (value === undefined) throw new UsageError(`${found.source} must be ${expected}, not '${found.text}'.`)
  return value
}

function oneOf<Word extends string>({ expected, find }: OptionWords<Word>): Kind<Word> {
  return { expected, parse: find }
}

export const portNumber: Kind<number> = {
  expected: 'a number from 0 to 65535',
  parse: (text) => (/^\d{1,5}$/.test(text) && Number(text) < 2 ** 16 ? Number(text) : undefined),
}

export const hostName: Kind<string> = {
  expected: 'an address or a name of this machine',
  parse: (text) => (/^[\w.:%-]+$/.test(text) ? text : undefined),
}

export const hostNames: Kind<readonly string[]> = {
  expected: 'names of hosts without a port, separated by commas',
  parse: (text) => {
    const names = text.split(',').map((name) => name.trim().toLowerCase())
    return names.every((name) => /^[a-z0-9._-]+$/.test(name)) ? names : undefined
  },
}

export const twelveDigits: Kind<string> = {
  expected: 'an account number of twelve digits',
  parse: (text) => (/^\d{12}$/.test(text) ? text : undefined),
}

export const regionName: Kind<string> = {
  expected: 'the name of a region such as us-east-1',
  parse: (text) => (isRegionName(text) ? text : undefined),
}

export const regionsMode: Kind<'shared' | 'isolated'> = oneOf(regionsModes)

export const throughputMode: Kind<ThroughputMode> = oneOf(throughputModes)

export const authMode: Kind<'off' | 'keys' | 'iam'> = {
  expected: 'off, keys or iam',
  parse: (text) => (text === 'off' || text === 'keys' || text === 'iam' ? text : undefined),
}

export const logForm: Kind<LogForm> = {
  expected: 'errors, requests or json',
  parse: (text) => (text === 'errors' || text === 'requests' || text === 'json' ? text : undefined),
}

export const logLevel: Kind<LogLevel> = {
  expected: 'error, warn or info',
  parse: (text) => (text === 'error' || text === 'warn' || text === 'info' ? text : undefined),
}

export const traceMode: Kind<TraceMode> = oneOf(traceModes)

export const adviceMode: Kind<'on' | 'off'> = oneOf(adviceModes)

export const adviceProfile: Kind<'test' | 'prod'> = oneOf(adviceProfiles)

export const dataWhen: Kind<'new' | 'always' | 'never'> = {
  expected: 'new, always or never',
  parse: (text) => (text === 'new' || text === 'always' || text === 'never' ? text : undefined),
}

export const httpReader: Kind<HttpReader> = oneOf(httpReaders)

export const consoleMode: Kind<ConsoleMode> = oneOf(consoleModes)

export const origins: Kind<CrossOriginPolicy> = {
  expected: '* or origins such as https://example.com, separated by commas',
  parse: (text) => {
    const list = text.split(',').map((origin) => origin.trim())
    if (list.includes('*')) return true
    return list.includes('') ? undefined : list
  },
}

export const milliseconds: Kind<number> = {
  expected: 'a time such as 500ms, 2s or 5m, up to a day',
  parse: (text) => {
    if (text === '0') return 0
    const [, digits, unit = ''] = /^(\d{1,8})(ms|s|m|h)$/.exec(text) ?? []
    const timeMs = Number(digits) * ({ ms: 1, s: secondMs, m: minuteMs, h: hourMs }[unit] ?? Number.NaN)
    return timeMs <= settableDelayMsMax ? timeMs : undefined
  },
}

export const memorySize: Kind<number> = {
  expected: 'a size such as 512MB or 2GB, from 128MB to 1TB',
  parse: (text) => {
    const [, digits, unit = ''] = /^(\d{1,7})(MB|GB|TB)$/i.exec(text) ?? []
    const bytes = Number(digits) * 1024 ** (2 + ['MB', 'GB', 'TB'].indexOf(unit.toUpperCase()))
    return bytes >= memoryBudgetBytesMin && bytes <= memoryBudgetBytesMax ? bytes : undefined
  },
}

export const connectionCount: Kind<number> = {
  expected: 'a number from 1 to 1000000',
  parse: (text) => (/^\d{1,7}$/.test(text) && Number(text) >= 1 && Number(text) <= connectionsMaxMax ? Number(text) : undefined),
}

export const seedNumber: Kind<number> = {
  expected: 'a whole number from 0 to 4294967295',
  parse: (text) => (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 ? Number(text) : undefined),
}

export const shardCount: Kind<number> = {
  expected: `a number from 1 to ${streamShardsMax}`,
  parse: (text) => (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= streamShardsMax ? Number(text) : undefined),
}

export const timeOfDay: Kind<number> = {
  expected: 'a time such as 2026-11-22T10:00:00Z, from 1970 on',
  parse: (text) => {
    const timeMs = parseTime(text)
    return timeMs !== undefined && timeMs >= 0 && timeMs <= settableTimeMsMax ? timeMs : undefined
  },
}

export const fileName: Kind<string> = {
  expected: 'the name of a file',
  parse: (text) => (text === '' ? undefined : text),
}

export const folderName: Kind<string> = {
  expected: 'the name of a folder',
  parse: (text) => (text === '' ? undefined : text),
}

export const endpointUrl: Kind<string> = {
  expected: 'a URL without a path such as http://127.0.0.1:9000',
  parse: (text) => {
    if (!URL.canParse(text)) return undefined
    const { protocol, pathname, search, hash, username, origin } = new URL(text)
    const isPlain = /^https?:$/.test(protocol) && pathname === '/' && search === '' && hash === '' && username === ''
    return isPlain ? origin : undefined
  },
}

export const onOrOff: Kind<boolean> = {
  expected: 'true or false',
  parse: (text) => ({ true: true, yes: true, '1': true, false: false, no: false, '0': false })[text.toLowerCase()],
}
