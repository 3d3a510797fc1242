/** `npm run bench`: what Stator costs and how long it takes, measured on this machine. `--help` says what can be asked. */

import { type Operation, operations, tableSize } from './load/workload.ts'
import { describeMachine } from './machine/machine.ts'
import { pinThisProcess, places } from './machine/processors.ts'
import { QuietWatch } from './machine/quiet.ts'
import { printAuthCosts } from './modes/auth-costs.ts'
import { printBackfill } from './modes/backfill.ts'
import { printBackup } from './modes/backup.ts'
import { compare } from './modes/compare.ts'
import { printDeletion } from './modes/deletion.ts'
import { printExpiry } from './modes/expiry.ts'
import { printFlatness } from './modes/flatness.ts'
import { printInProcess } from './modes/in-process.ts'
import { printNodes } from './modes/nodes.ts'
import { printRecovery } from './modes/recovery.ts'
import { printStorages } from './modes/storages.ts'
import { printThroughputModes } from './modes/throughput-modes.ts'
import { printVectors } from './modes/vectors.ts'
import { helpText, type Options, parseOptions } from './options.ts'
import { type Plan, planOf } from './plans.ts'
import { Records } from './report/records.ts'
import { writeDocuments } from './report/write-documents.ts'

async function main(words: readonly string[]): Promise<void> {
  const options = parseOptions(words)
  if (options.help) return void process.stdout.write(helpText())
  if (options.mode === 'write-docs') return writeDocuments(options.documentFiles)
  const plan = planOf(options)
  const records = new Records(options.jsonFile)
  const watch = new QuietWatch()
  const machine = describeMachine()
  pinThisProcess(places.generator)
  records.add({ kind: 'run', ...machine, words: withoutFile(words), rounds: plan.rounds, seconds: plan.seconds })
  console.log(
    `Stator ${machine.version} (${machine.commit}), Node ${machine.node}, ${machine.processors} × ${machine.processor}, ${machine.date}.`,
  )
  if (places.server !== undefined) console.log(`Generator on processor ${places.generator}, servers on ${places.server}.`)
  for (const remark of machine.remarks) console.log(`Note: ${remark}.`)
  await measureMode(options, plan, records, watch)
  const quiet = watch.report()
  records.add({ kind: 'quiet', ...quiet })
  for (const warning of quiet.warnings) console.log(`Not quiet: ${warning}.`)
  if (quiet.warnings.length > 0) console.log('These figures are not to be compared with others.')
}

/** What was measured does not depend on where the figures went. */
function withoutFile(words: readonly string[]): readonly string[] {
  return words.filter((word, at) => !word.startsWith('--json') && words[at - 1] !== '--json')
}

async function measureMode(options: Options, plan: Plan, records: Records, watch: QuietWatch): Promise<void> {
  const { mode, count } = options
  const connections = (usual: number): number => options.connections?.[0] ?? usual
  const size = tableSize(options.items?.[0] ?? 10_000, options.itemBytes?.[0])
  const rounds = { rounds: plan.rounds, seconds: plan.seconds }
  switch (mode) {
    case 'compare':
      return compare({ plan, withPeers: options.peers, records, watch })
    case 'postgres': {
      const bench = { operations: operationsOf(plan), size, connections: connections(64), rounds, records, watch }
      return options.nodes === undefined ? printStorages(bench) : printNodes({ ...bench, nodes: options.nodes })
    }
    case 'throughput':
      return printThroughputModes({ size, connections: connections(16), rounds, records })
    case 'auth':
      return printAuthCosts(records)
    case 'in-process':
      return printInProcess(options.items ?? [10_000, 1_000_000], records)
    case 'flatness':
      return printFlatness(
        (options.items ?? [10_000, 1_000_000]).map((items) => tableSize(items)),
        rounds,
      )
    case 'recovery':
      return printRecovery(size, connections(64), rounds)
    case 'backfill':
      return printBackfill(tableSize(count), connections(1))
    case 'backup':
      return printBackup(tableSize(count), connections(1))
    case 'deletion':
      return printDeletion(tableSize(count), connections(1))
    case 'expiry':
      return printExpiry(count, connections(1))
    case 'vectors':
      return printVectors(count, connections(1))
    case 'write-docs':
      return
  }
}

function operationsOf({ stages }: Plan): readonly Operation[] {
  return operations.filter((operation) => stages.some(({ cases }) => cases.some((each) => each.operation === operation)))
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
