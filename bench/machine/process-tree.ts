/** What processes have used that do not tell it themselves: a program and all that it has started, from /proc. */
import { readdirSync, readFileSync } from 'node:fs'

/** Of the times in /proc (USER_HZ), which is the same on all of Linux that people use. */
const tickMicros = 10_000
/** Of nearly all systems; where it is larger, memory is told too small. */
const pageBytes = 4096

export interface ProcessState {
  readonly id: number
  readonly parent: number
  /** Of its own threads, and of children that have ended and were waited for. */
  readonly cpuMicros: number
  readonly rssBytes: number
}

/** /proc/PID/stat (proc(5)): the name stands in brackets and may hold anything, so fields count from the last of them. */
export function parseProcessStat(text: string): ProcessState {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (number: number): number => Number(fields[number - 3])
  const ticks = field(14) + field(15) + field(16) + field(17)
  return { id: Number.parseInt(text, 10), parent: field(4), cpuMicros: ticks * tickMicros, rssBytes: field(24) * pageBytes }
}

/** The process `root` and all below it. */
export function treeOf(all: readonly ProcessState[], root: number): readonly ProcessState[] {
  const children = all.filter(({ parent }) => parent === root).flatMap(({ id }) => treeOf(all, id))
  return [...all.filter(({ id }) => id === root), ...children]
}

/** Undefined where there is no /proc, or no such process. */
export function treeUsage(root: number): { readonly cpuMicros: number; readonly rssBytes: number } | undefined {
  const tree = treeOf(readProcesses(), root)
  if (tree.length === 0) return undefined
  const sum = (number: (each: ProcessState) => number): number => tree.reduce((total, each) => total + number(each), 0)
  return { cpuMicros: sum(({ cpuMicros }) => cpuMicros), rssBytes: sum(({ rssBytes }) => rssBytes) }
}

function readProcesses(): readonly ProcessState[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        return [parseProcessStat(readFileSync(`/proc/${id}/stat`, 'utf8'))]
      } catch {
        // It has ended in the meantime.
        return []
      }
    })
}
