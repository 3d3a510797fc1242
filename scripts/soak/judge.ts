/** What a server that does the same all the time takes, window by window, and whether it takes more and more. */

/** Of one window: a minute of a soak, or so many requests of its short form. */
export interface Window {
  readonly requests: number
  /** Answered with another status than the request deserves; what there was no room for is `refused`. */
  readonly failed: number
  readonly refused: number
  readonly p99Ms: number
  /** At its end. */
  readonly residentBytes: number
  /** At least, of what was seen in it: what is left behind a collection. */
  readonly heapBytes: number
  readonly externalBytes: number
  readonly resources: number
  /** Undefined where the system does not tell. */
  readonly openFiles: number | undefined
  readonly logBytes: number
  /** All that is stored, the log but for it. */
  readonly storedBytes: number
}

/** What a soak saw. */
export interface Soaked {
  readonly windows: readonly Window[]
  /** Kinds of requests none of which was answered as it deserves. */
  readonly unanswered: readonly string[]
  /** By the server, on stderr. */
  readonly said: string
}

type Figure = keyof Window

interface Bound {
  readonly figure: Figure
  readonly says: string
  /** What the last third may have of what the first third had, and what it may have besides. */
  readonly times: number
  readonly plus: number
}

const megabyte = 1024 * 1024

/** Held in the short form, too: what is no matter of time. */
const counts: readonly Bound[] = [
  { figure: 'resources', says: 'handles', times: 1, plus: 8 },
  { figure: 'openFiles', says: 'open files', times: 1, plus: 8 },
  { figure: 'logBytes', says: 'bytes of log', times: 1.5, plus: 32 * megabyte },
  { figure: 'storedBytes', says: 'bytes stored', times: 1.25, plus: 8 * megabyte },
]

const times: readonly Bound[] = [
  { figure: 'residentBytes', says: 'bytes of memory', times: 1.15, plus: 16 * megabyte },
  { figure: 'heapBytes', says: 'bytes of heap', times: 1.15, plus: 8 * megabyte },
  { figure: 'externalBytes', says: 'bytes outside of the heap', times: 1.25, plus: 8 * megabyte },
  { figure: 'p99Ms', says: 'ms of p99', times: 2, plus: 5 },
]

/** Whatever happens, in the short form, too: what a server with some megabytes of data is far below. */
const ceilings: readonly { readonly figure: Figure; readonly says: string; readonly most: number }[] = [
  { figure: 'residentBytes', says: 'bytes of memory', most: 1024 * megabyte },
  { figure: 'heapBytes', says: 'bytes of heap', most: 256 * megabyte },
  { figure: 'externalBytes', says: 'bytes outside of the heap', most: 256 * megabyte },
  { figure: 'p99Ms', says: 'ms of p99', most: 5000 },
]

/** Of all requests: a machine that is busy for a moment may have no room for some. */
const refusedShareMax = 0.01

/**
 * What is wrong, a sentence each. Of the windows behind the first `warmUp` the median of the last third is held against that of the
 * first: counts alone, or also memory and time, which need minutes to say anything.
 */
export function judge(
  { windows, unanswered, said }: Soaked,
  { warmUp, isLong }: { readonly warmUp: number; readonly isLong: boolean },
): readonly string[] {
  const found = [...judgeAnswers(windows, unanswered), ...judgeFigures(windows)]
  if (said !== '') found.push('the server had something to say')
  const warm = windows.slice(warmUp)
  const third = Math.floor(warm.length / 3)
  if (third === 0) return [...found, `${windows.length} windows are too few to judge by`]
  const [first, last] = [warm.slice(0, third), warm.slice(-third)]
  for (const { figure, says, times: factor, plus } of isLong ? [...counts, ...times] : counts) {
    const [before, after] = [median(first, figure), median(last, figure)]
    if (before === undefined || after === undefined || after <= before * factor + plus) continue
    found.push(`${round(before)} ${says} became ${round(after)}: more than ${factor} × and ${round(plus)}`)
  }
  return found
}

function judgeAnswers(windows: readonly Window[], unanswered: readonly string[]): readonly string[] {
  const sum = (figure: 'requests' | 'failed' | 'refused'): number => windows.reduce((all, window) => all + window[figure], 0)
  const [requests, failed, refused] = [sum('requests'), sum('failed'), sum('refused')]
  const idle = windows.filter((window) => window.requests === 0).length
  return [
    ...(failed === 0 ? [] : [`${failed} requests were answered wrongly`]),
    ...(refused <= requests * refusedShareMax
      ? []
      : [`${refused} of ${requests} requests were refused, more than ${refusedShareMax * 100} %`]),
    ...(idle === 0 ? [] : [`${idle} windows had no answer`]),
    ...(unanswered.length === 0 ? [] : [`never answered as they deserve: ${unanswered.join(', ')}`]),
  ]
}

/** Figures that are none say nothing of growth, so they are found themselves. Open files are told everywhere or nowhere. */
function judgeFigures(windows: readonly Window[]): readonly string[] {
  const unread = [...counts, ...times].flatMap(({ figure, says }) => {
    const missing = windows.filter((window) => !Number.isFinite(window[figure])).length
    const isUntold = figure === 'openFiles' && windows.every((window) => window.openFiles === undefined)
    return missing === 0 || isUntold ? [] : [`${says} could not be read in ${missing} of ${windows.length} windows`]
  })
  const above = ceilings.flatMap(({ figure, says, most }) => {
    const highest = Math.max(...windows.map((window) => window[figure] ?? 0))
    return highest > most ? [`${round(highest)} ${says}: more than ${round(most)}`] : []
  })
  return [...unread, ...above]
}

function median(windows: readonly Window[], figure: Figure): number | undefined {
  const values = windows.flatMap((window) => window[figure] ?? []).filter(Number.isFinite)
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

function round(value: number): number {
  return value < 1000 ? Math.round(value * 10) / 10 : Math.round(value)
}
