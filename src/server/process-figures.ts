/** What the process takes, under the names that Prometheus' own libraries use. */
import { performance } from 'node:perf_hooks'

/** `openFiles`: how many descriptors the process has, where that can be known. */
export function processText(openFiles: () => number | undefined = () => undefined): string {
  const { user, system } = process.cpuUsage()
  const loop = performance.eventLoopUtilization()
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage()
  const rows = [
    ['process_resident_memory_bytes', 'gauge', 'memory of the process', rss],
    ['process_cpu_seconds_total', 'counter', 'processor time of the process', (user + system) / 1e6],
    ['process_start_time_seconds', 'gauge', 'when the process started, since the Unix epoch', performance.timeOrigin / 1000],
    ['process_open_fds', 'gauge', 'open file descriptors', openFiles()],
    ['nodejs_heap_size_total_bytes', 'gauge', 'memory of the heap of JavaScript', heapTotal],
    ['nodejs_heap_size_used_bytes', 'gauge', 'how much of it is used', heapUsed],
    ['nodejs_external_memory_bytes', 'gauge', 'memory of buffers, outside of the heap', external],
    [
      'nodejs_active_resources_total',
      'gauge',
      'sockets, timers and whatever else keeps the event loop going',
      process.getActiveResourcesInfo().length,
    ],
    ['nodejs_eventloop_active_seconds_total', 'counter', 'how long the event loop had something to do', loop.active / 1000],
    ['nodejs_eventloop_idle_seconds_total', 'counter', 'how long the event loop had nothing to do', loop.idle / 1000],
  ] as const
  const known = rows.filter(([, , , value]) => value !== undefined)
  return known.map(([name, kind, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${name} ${value}\n`).join('')
}
