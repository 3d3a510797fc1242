/**
 * Whether the machine had nothing else to do while it was measured. What others take shows in figures as if the server had taken it,
 * so a run says what it saw: the load before it, time that a host kept for itself (steal), time of other processes, and how far rounds
 * of one case lay apart.
 */
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { treeUsage } from './process-tree.ts'

const loadBeforeMax = 0.5
/** Shares of the time of all processors. */
const stealShareMax = 0.01
const othersShareMax = 0.05
/** From the least to the most that a round came to, as a share of the median. */
const spreadMax = 0.2
/** A run has many cases, of which some are disturbed on any machine. */
const wideCasesShareMax = 0.1

/** Microseconds since the system began, of all processors together. */
export interface SystemTimes {
  readonly allMicros: number
  /** In user programs and in the kernel for them; interrupts belong to nobody. */
  readonly busyMicros: number
  readonly stealMicros: number
}

export interface QuietReport {
  readonly loadBefore: number
  /** Undefined where the system does not tell. */
  readonly stealShare?: number
  readonly othersShare?: number
  /** How many of the cases had rounds further apart than 20 % of their median. */
  readonly cases: number
  readonly wideCases: number
  readonly warnings: readonly string[]
}

/** The first line of /proc/stat (proc(5)): user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice; guests are in user. */
export function parseSystemTimes(text: string): SystemTimes {
  const line = /^cpu +(.*)$/m.exec(text)?.[1]
  if (line === undefined) throw new Error('/proc/stat has no line of all processors')
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, softIrq = 0, steal = 0] = line
    .split(' ')
    .map((ticks) => Number(ticks) * 10_000)
  const busyMicros = user + nice + system
  return { allMicros: busyMicros + idle + waiting + irq + softIrq + steal, busyMicros, stealMicros: steal }
}

export interface Observed {
  readonly loadBefore: number
  readonly begin?: SystemTimes
  readonly end?: SystemTimes
  /** CPU time of the bench and all it has started. */
  readonly oursMicros: number
  readonly spreads: readonly number[]
}

export function judgeQuiet({ loadBefore, begin, end, oursMicros, spreads }: Observed): QuietReport {
  const wideCases = spreads.filter((spread) => spread > spreadMax).length
  const all = begin !== undefined && end !== undefined ? end.allMicros - begin.allMicros : 0
  const shares =
    begin === undefined || end === undefined || all === 0
      ? undefined
      : {
          stealShare: (end.stealMicros - begin.stealMicros) / all,
          othersShare: Math.max(0, end.busyMicros - begin.busyMicros - oursMicros) / all,
        }
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
  const warnings = [
    ...(loadBefore > loadBeforeMax ? [`the load average was ${loadBefore.toFixed(2)} before it`] : []),
    ...(shares === undefined ? ['the system does not tell what others took'] : []),
    ...(shares !== undefined && shares.stealShare > stealShareMax ? [`the host took ${percent(shares.stealShare)} (steal)`] : []),
    ...(shares !== undefined && shares.othersShare > othersShareMax
      ? [`other processes took ${percent(shares.othersShare)} of all processors`]
      : []),
    ...(wideCases > spreads.length * wideCasesShareMax
      ? [`rounds of ${wideCases} of ${spreads.length} cases lay more than ${spreadMax * 100} % apart`]
      : []),
  ]
  return { loadBefore, ...shares, cases: spreads.length, wideCases, warnings }
}

/** Watches from its making on. */
export class QuietWatch {
  readonly #loadBefore = loadavg()[0] ?? 0
  readonly #begin = readSystemTimes()
  readonly #oursBefore = ours()
  readonly #spreads: number[] = []

  /** Of one case, as `(max - min) / median`. */
  noteSpread(spread: number): void {
    this.#spreads.push(spread)
  }

  report(): QuietReport {
    const end = readSystemTimes()
    return judgeQuiet({
      loadBefore: this.#loadBefore,
      ...(this.#begin !== undefined && { begin: this.#begin }),
      ...(end !== undefined && { end }),
      oursMicros: ours() - this.#oursBefore,
      spreads: this.#spreads,
    })
  }
}

function ours(): number {
  return treeUsage(process.pid)?.cpuMicros ?? 0
}

function readSystemTimes(): SystemTimes | undefined {
  return process.platform === 'linux' ? parseSystemTimes(readFileSync('/proc/stat', 'utf8')) : undefined
}
